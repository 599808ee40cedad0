using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.Migration.Agent.Stitching;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>
/// <c>stitch</c>: how long an agent takes to program a host, in a network namespace of its own with a real VXLAN device; then what a pass costs
/// that finds nothing to do, as there is one every 10 s. Needs root.
/// </summary>
internal static class StitchCommand
{
    private const string NetworkId = "0eb37f9d8e37a2addb73ce1cf92613511a84c4b31b31f6755340c255e19d3243";
    private const uint Vni = 256;
    private const double PassesApartSeconds = 10;

    public static Command Create()
    {
        var command = new Command("stitch", "Programming a host: time, and the cost of looking again (root)");
        var endpoints = new Option<int>("--endpoints") { Description = "Endpoints of the other side, each with a neighbour and an FDB entry", DefaultValueFactory = _ => 10_000 };
        var rounds = new Option<int>("--rounds") { Description = "Times", DefaultValueFactory = _ => 5 };
        command.Add(endpoints);
        command.Add(rounds);
        command.SetAction(async (parse, token) =>
        {
            await MeasureAsync(parse.GetValue(endpoints), parse.GetValue(rounds), token);
            return 0;
        });
        return command;
    }

    /// <returns>Of each round: milliseconds until all was programmed, by the clock and of a processor, and per cent of a processor that looking again takes.</returns>
    public static async Task<IReadOnlyList<(double Programmed, double ProgrammedCpu, double Idle)>> MeasureAsync(int endpoints, int rounds, CancellationToken token)
    {
        var all = new List<(double, double, double)>();
        var folder = Directory.CreateTempSubdirectory("overlaybridge-stitch-");
        var name = $"1-{NetworkId[..10]}";
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                token.ThrowIfCancellationRequested();
                Ip("netns", "add", name);
                try
                {
                    Ip("-n", name, "link", "add", "vxlan0", "type", "vxlan", "id", $"{Vni}", "dstport", "4789", "proxy", "nolearning");
                    Ip("-n", name, "link", "set", "vxlan0", "up");
                    all.Add(await RoundAsync(folder.FullName, endpoints, round));
                }
                finally
                {
                    Ip("netns", "del", name);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return all;
    }

    private static async Task<(double Programmed, double ProgrammedCpu, double Idle)> RoundAsync(string folder, int endpoints, int round)
    {
        var owned = new OwnedEntryFiles(Path.Combine(folder, $"{round}"), "boot", NullLogger.Instance);
        var stitcher = new Stitcher(new OverlayNamespaces("/run/netns"), owned, TimeProvider.System, NullLogger.Instance);
        var wanted = Wanted(endpoints);
        var (program, first) = await PassAsync(stitcher, wanted);
        var (_, found) = await PassAsync(stitcher, wanted); // takes in all that stands, once
        var (again, second) = await PassAsync(stitcher, wanted);
        var (remove, last) = await PassAsync(stitcher, Wanted(0));
        if (first != endpoints || found != endpoints || second != endpoints || last != 0)
            throw new InvalidOperationException($"{first}, {second} and {last} entries were programmed, not {endpoints}, {endpoints} and 0");
        var idle = again.Cpu / PassesApartSeconds / 10;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{endpoints} endpoints programmed in {program.Wall:0} ms, {program.Cpu:0} ms of a processor; a pass that finds nothing to do {again.Wall:0} ms, {again.Cpu:0} ms of a processor: {idle:0.0} % at one each 10 s, {again.Allocated / 1024:0} KiB allocated; removed in {remove.Wall:0} ms"));
        return (program.Wall, program.Cpu, idle);
    }

    private static async Task<((double Wall, double Cpu, double Allocated) Time, int Programmed)> PassAsync(Stitcher stitcher, WantedTable wanted)
    {
        var (allocated, cpu, begun) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var report = await stitcher.ApplyAsync(wanted);
        if (report.Error is { } error)
            throw new InvalidOperationException(error);
        return ((Stopwatch.GetElapsedTime(begun).TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, GC.GetTotalAllocatedBytes(precise: true) - allocated), report.Programmed);
    }

    private static WantedTable Wanted(int endpoints) => new(
        NetworkId, Vni,
        NamespaceEntries.Of(Enumerable.Range(1, endpoints).Select(static number =>
        {
            byte[] address = [10, (byte)(number >> 16), (byte)(number >> 8), (byte)number];
            return new StitchEntry(new IPAddress(address), new PhysicalAddress([2, 66, .. address]), new IPAddress([172, 31, (byte)(number % 200), 9]), null);
        })),
        [], [], []);

    private static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
    }
}
