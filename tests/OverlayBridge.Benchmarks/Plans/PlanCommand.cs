using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using OverlayBridge.Overlay.Plans.Staging;
using OverlayBridge.Plans;
using OverlayBridge.SyntheticStores.Fleets;

namespace OverlayBridge.Benchmarks.Plans;

/// <summary><c>plan</c>: how long stages take to make, how near to the bound they come, and how long their file takes to write and read.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var command = new Command("plan", "Stages for generated fleets: time, number, lower bound, greedy number; and the file of such a plan");
        var hosts = new Option<int>("--hosts") { Description = "Hosts of a fleet", DefaultValueFactory = _ => 1000 };
        var containers = new Option<int>("--containers") { Description = "Containers on a host", DefaultValueFactory = _ => 20 };
        var fleets = new Option<int>("--fleets") { Description = "How many fleets", DefaultValueFactory = _ => 5 };
        command.Add(hosts);
        command.Add(containers);
        command.Add(fleets);
        command.SetAction((parse, token) =>
        {
            Run(parse.GetValue(hosts), parse.GetValue(containers), parse.GetValue(fleets), token);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(int hosts, int containers, int fleets, CancellationToken token)
    {
        var (within, longest) = (0, TimeSpan.Zero);
        for (var seed = 0; seed < fleets; seed++)
        {
            var fleet = SyntheticFleet.Make(hosts, containers, seed);
            var begun = Stopwatch.GetTimestamp();
            var staged = StagePlanner.Plan(fleet, token);
            var took = Stopwatch.GetElapsedTime(begun);
            (within, longest) = (within + (staged.Stages.Length <= staged.LowerBound + 1 ? 1 : 0), took > longest ? took : longest);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{hosts} hosts, {fleet.Sets.Sum(static set => set.Size)} containers of {fleet.Sets.Length} sets: {staged.Stages.Length} stages, at least {staged.LowerBound}, greedy {staged.Greedy}, {took.TotalSeconds:0.00} s"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"within one of the bound: {within} of {fleets}; longest {longest.TotalSeconds:0.00} s"));
        var plan = SyntheticFleet.Plan(SyntheticFleet.Make(hosts, containers, 0), token);
        var start = Stopwatch.GetTimestamp();
        var text = PlanWriter.Write(plan, [], null);
        var written = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        var reading = PlanReading.Of(new("plan.yaml", text));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"its file: {text.Length / 1e6:0.0} MB, written in {written.TotalSeconds:0.00} s, read and judged in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s, {reading.Faults.Length} faults"));
    }
}
