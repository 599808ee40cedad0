using System.CommandLine;
using System.Diagnostics;
using OverlayBridge.SyntheticStores;
using OverlayBridge.SyntheticStores.Fuzzing;

namespace OverlayBridge.Benchmarks;

/// <summary><c>fuzz</c>: hostile and damaged inputs for as long as one likes.</summary>
internal static class FuzzCommand
{
    private static readonly string[] Fixtures =
    [
        "consul-healthy/kv-recurse.json", "consul-healthy/kv-export.json", "consul-healthy/consul.snap", "consul-damaged/kv-recurse.json",
        "consul-damaged/kv-export.json", "etcd2/v2-keys.json",
    ];

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { DefaultValueFactory = _ => 10 };
        var first = new Option<int>("--seed") { Description = "The first; each input has the next", DefaultValueFactory = _ => Environment.TickCount & 0xffffff };
        var folder = new Option<string>("--fixtures") { Description = "tests/fixtures", DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../fixtures")) };
        var command = new Command("fuzz", "Read, audit and compare damaged and hostile files; ends at the first that is borne badly") { minutes, first, folder };
        command.SetAction((parse, token) => RunAsync(parse.GetValue(folder)!, parse.GetValue(first), TimeSpan.FromMinutes(parse.GetValue(minutes)), token));
        return command;
    }

    private static async Task RunAsync(string fixtures, int seed, TimeSpan time, CancellationToken token)
    {
        var temporary = Directory.CreateTempSubdirectory("overlaybridge-fuzz-");
        try
        {
            var store = SyntheticStore.Generate(new SyntheticShape(12, 4, 60), 1);
            var inputs = new FuzzInputs([.. Fixtures.Select(f => File.ReadAllBytes(Path.Combine(fixtures, f)))], store);
            Console.WriteLine($"from seed {seed}, {time.TotalMinutes} minutes");
            var result = await new Fuzzer(inputs, store, temporary.FullName).RunAsync(Enumerable.Range(seed, int.MaxValue - seed), time, token).ConfigureAwait(false);
            Console.WriteLine($"{result.Inputs} inputs, {result.Refused} refused with the documented error; most allocated {result.MostAllocated / 1e6:0} MB, longest {result.Longest.TotalMilliseconds:0} ms, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB");
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }
}
