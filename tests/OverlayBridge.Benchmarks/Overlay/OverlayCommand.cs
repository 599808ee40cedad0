using System.CommandLine;
using System.Globalization;
using OverlayBridge.Benchmarks.Names;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>
/// <c>overlay</c>: what a shared network costs beside the engines' own, in one run on real engines: throughput and latency, the time until a new container
/// answers, many entries, the agent's memory, names. Exits with 2 when a goal is missed. Needs root and the lab's programs.
/// </summary>
internal static class OverlayCommand
{
    private const int StitchRounds = 5;
    private const int NameAskers = 8;
    private const int QuestionsEach = 50_000;

    private sealed record Settings(string Program, int Rounds, double Seconds, int Starts, int Entries, double IdleSeconds, string[] Only)
    {
        public bool Has(string part) => Only.Length == 0 || Only.Contains(part);
    }

    public static Command Create()
    {
        var program = new Option<string>("--program") { Description = "The built overlaybridge", DefaultValueFactory = _ => Built() };
        var rounds = new Option<int>("--rounds") { Description = "Of throughput and latency, each over all paths by turns", DefaultValueFactory = _ => 20 };
        var seconds = new Option<double>("--seconds") { Description = "Of each path in a round", DefaultValueFactory = _ => 0.5 };
        var starts = new Option<int>("--starts") { Description = "Containers started, for each kind of path", DefaultValueFactory = _ => 50 };
        var entries = new Option<int>("--entries") { Description = "Endpoints of the other side on a host", DefaultValueFactory = _ => 10_000 };
        var idle = new Option<double>("--idle") { Description = "Seconds over which an agent with many entries is watched", DefaultValueFactory = _ => 30 };
        var only = new Option<string[]>("--only") { Description = "Of: paths, answers, agents, stitch, names", AllowMultipleArgumentsPerToken = true };
        var command = new Command("overlay", "Compare a shared network with the engines' own on real engines (root)") 
        {
            program, rounds, seconds, starts, entries, idle, only,
        };
        command.SetAction((parse, token) => RunAsync(
            new(Path.GetFullPath(parse.GetValue(program)!), parse.GetValue(rounds), parse.GetValue(seconds), parse.GetValue(starts), parse.GetValue(entries), parse.GetValue(idle), parse.GetValue(only) ?? []), token));
        return command;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken token)
    {
        var table = new GoalTable();
        PrintLoad("at the beginning");
        if (settings.Has("paths") || settings.Has("answers") || settings.Has("agents"))
            await OnEnginesAsync(settings, table, token);
        if (settings.Has("stitch"))
            await StitchAsync(settings.Entries, table, token);
        if (settings.Has("names"))
            await NamesAsync(settings.Entries, table, token);
        PrintLoad("at the end");
        return table.Print() ? 0 : 2;
    }

    private static async Task OnEnginesAsync(Settings settings, GoalTable table, CancellationToken token)
    {
        await using var overlay = await SharedOverlay.StartAsync(settings.Program, token);
        if (settings.Has("paths"))
            await new PathMeasure(overlay, table).RunAsync(settings.Rounds, TimeSpan.FromSeconds(settings.Seconds), token);
        PrintLoad("after throughput and latency");
        if (settings.Has("answers"))
            await new FirstAnswers(overlay, table).RunAsync(settings.Starts, token);
        PrintLoad("after first answers");
        if (settings.Has("agents"))
            await new ManyEntries(overlay, table).RunAsync(settings.Entries, TimeSpan.FromSeconds(settings.IdleSeconds), token);
    }

    private static async Task StitchAsync(int entries, GoalTable table, CancellationToken token)
    {
        var rounds = await StitchCommand.MeasureAsync(entries, StitchRounds, token);
        table.Add($"{entries} entries: ms until programmed", GoalTable.At([.. rounds.Select(static round => round.Programmed).Order()], 0.5), atMost: 1000);
        table.Add($"{entries} entries: ms of a processor until programmed", GoalTable.At([.. rounds.Select(static round => round.ProgrammedCpu).Order()], 0.5));
        table.Add($"{entries} entries: % of a processor for looking again each 10 s", GoalTable.At([.. rounds.Select(static round => round.Idle).Order()], 0.5), atMost: 5);
    }

    private static async Task NamesAsync(int entries, GoalTable table, CancellationToken token)
    {
        var (perSecond, p99) = await NamesCommand.MeasureAsync(entries, NameAskers, QuestionsEach, token);
        table.Add("names: answers a second", perSecond, atLeast: 20_000);
        table.Add("names: p99 ms", p99, atMost: 2);
    }

    /// <summary>What else the machine does decides what absolute figures are worth.</summary>
    private static void PrintLoad(string when) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"load of the machine {when}: {string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3))}, {Environment.ProcessorCount} processors"));

    // Beside this project's own output: …/tests/OverlayBridge.Benchmarks/bin/Release/net10.0/
    private static string Built() => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../src/OverlayBridge/bin/Release/net10.0/overlaybridge"));
}
