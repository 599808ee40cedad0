using System.CommandLine;
using System.Globalization;
using System.Text;
using OverlayBridge.Legacy.Store;
using OverlayBridge.SyntheticStores;

namespace OverlayBridge.Benchmarks.Scale;

/// <summary>
/// <c>scale</c>: the largest store as files, then <c>jq length</c> and the built program by turns on the same files. Prints the
/// ratios that count: wall time to that of jq, and peak memory to the size of the input; and that of processor times.
/// </summary>
internal static class ScaleCommand
{
    private const double MostTime = 1.0, MostMemory = 2.5;
    private const int ChangedEvery = 1000;

    private sealed record Job(string Name, string[] Arguments, string[] Files);

    public static Command Create()
    {
        var program = new Option<string>("--program") { Description = "The built overlaybridge", DefaultValueFactory = _ => Built() };
        var folder = new Option<string?>("--folder") { Description = "Keep the files here, and take those that are there already" };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var endpoints = new Option<int>("--endpoints") { DefaultValueFactory = _ => SyntheticShape.Large.Endpoints };
        var only = new Option<string[]>("--only") { Description = "Of: inspect, audit, diff, report", AllowMultipleArgumentsPerToken = true };
        var command = new Command("scale", "Compare the program with jq on a store of 1,000 networks, 200 hosts, 100,000 endpoints")
        {
            program, folder, rounds, endpoints, only,
        };
        command.SetAction(async (parse, token) =>
        {
            string? kept = parse.GetValue(folder);
            string at = kept ?? Directory.CreateTempSubdirectory("overlaybridge-scale-").FullName;
            try
            {
                var shape = SyntheticShape.Large with { Endpoints = parse.GetValue(endpoints) };
                var jobs = Jobs(await FilesAsync(at, shape, token).ConfigureAwait(false), at);
                string[] chosen = parse.GetValue(only) ?? [];
                return await RunAsync(parse.GetValue(program)!, [.. jobs.Where(j => chosen.Length == 0 || chosen.Contains(j.Name))], parse.GetValue(rounds), token).ConfigureAwait(false);
            }
            finally
            {
                if (kept is null)
                    Directory.Delete(at, recursive: true);
            }
        });
        return command;
    }

    private static async Task<(string Store, string Changed)> FilesAsync(string folder, SyntheticShape shape, CancellationToken token)
    {
        string store = Path.Combine(folder, "store.json"), changed = Path.Combine(folder, "changed.json");
        if (File.Exists(store) && File.Exists(changed))
            return (store, changed);
        var image = SyntheticStore.Generate(shape, seed: 1);
        await GenerateCommand.WriteAsync(image, store, token).ConfigureAwait(false);
        await GenerateCommand.WriteAsync(Changed(image), changed, token).ConfigureAwait(false);
        return (store, changed);
    }

    // One key of a thousand written anew, one of a thousand gone.
    private static StoreImage Changed(StoreImage image) => image with
    {
        Entries =
        [
            .. image.Entries.Where((_, i) => i % ChangedEvery != 1).Select((entry, i) => i % ChangedEvery == 0 && !entry.Value.IsEmpty
                ? entry with { Value = [.. Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entry.Value.AsSpan()).Replace("192.168.0.1\"", "192.168.0.2\"", StringComparison.Ordinal))], ModifyIndex = image.Index + (ulong)i }
                : entry),
        ],
    };

    private static IEnumerable<Job> Jobs((string Store, string Changed) files, string folder) =>
    [
        new("inspect", ["inspect", files.Store], [files.Store]),
        new("audit", ["audit", files.Store], [files.Store]),
        new("diff", ["diff", files.Store, files.Changed], [files.Store, files.Changed]),
        new("report", ["report", files.Store, "--out", Path.Combine(folder, "report.html")], [files.Store]),
    ];

    private static async Task<int> RunAsync(string program, IReadOnlyList<Job> jobs, int rounds, CancellationToken token)
    {
        bool good = true;
        Console.WriteLine($"{"",-8} {"file MB",8} {"jq s",7} {"wall s",7} {"cpu s",7} {"peak MB",8} {"wall/jq",8} {"cpu/jq",8} {"peak/file",9}   (medians of {rounds}; at most {MostTime} and {MostMemory})");
        foreach (var job in jobs)
        {
            var (ours, jqs) = (new List<Measurement>(), new List<Measurement>());
            for (int round = 0; round < rounds; round++)
            {
                jqs.Add(await MeasureCommand.InChildAsync("jq", ["length", .. job.Files], token).ConfigureAwait(false));
                ours.Add(await MeasureCommand.InChildAsync(program, job.Arguments, token).ConfigureAwait(false));
            }
            good &= Print(job, ours, jqs);
        }
        return good ? 0 : 2;
    }

    private static bool Print(Job job, List<Measurement> ours, List<Measurement> jqs)
    {
        double bytes = job.Files.Sum(f => new FileInfo(f).Length);
        double jq = Median(jqs.Select(m => m.Wall.TotalSeconds)), wall = Median(ours.Select(m => m.Wall.TotalSeconds));
        // Beside other work on the machine the ratio of processor times tells more; jq has one thread, and the program several.
        double cpu = Median(ours.Select(m => m.Cpu.TotalSeconds)), cpuRatio = cpu / Median(jqs.Select(m => m.Cpu.TotalSeconds));
        double peak = ours.Max(m => m.PeakBytes);
        var (time, memory) = (wall / jq, peak / bytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{job.Name,-8} {bytes / 1e6,8:0.0} {jq,7:0.00} {wall,7:0.00} {cpu,7:0.00} {peak / 1e6,8:0} {time,8:0.00} {cpuRatio,8:0.00} {memory,9:0.00}   {(time <= MostTime ? "ok" : "TOO SLOW")}, {(memory <= MostMemory ? "ok" : "TOO LARGE")}"));
        return time <= MostTime && memory <= MostMemory;
    }

    private static double Median(IEnumerable<double> numbers) => numbers.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    // Beside this project's own output: …/tests/OverlayBridge.Benchmarks/bin/Release/net10.0/
    private static string Built() => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../src/OverlayBridge/bin/Release/net10.0/overlaybridge"));
}
