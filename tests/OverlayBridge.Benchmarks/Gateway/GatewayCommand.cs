using System.CommandLine;
using System.Globalization;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>
/// <c>gateway</c>: three nodes of ours beside three of the real Consul, on one machine and one disk, in one run, by turns. Prints every figure of both and
/// the ratio; exits with 2 when one that is demanded is missed.
/// </summary>
internal static class GatewayCommand
{
    private const double WarmUpSeconds = 1;

    private sealed record Settings(string Consul, string Program, string Folder, int Rounds, double Seconds, int Keys, int Readers, string[] Only);

    public static Command Create()
    {
        var consul = new Option<string>("--consul") { Description = "The real Consul 1.8", DefaultValueFactory = _ => "/opt/overlaybridge-lab/bullseye/usr/bin/consul" };
        var program = new Option<string>("--program") { Description = "The built overlaybridge", DefaultValueFactory = _ => Built() };
        var folder = new Option<string>("--folder") { Description = "Where both keep their data: on a disk, not in memory", DefaultValueFactory = _ => Path.GetTempPath() };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3 };
        var seconds = new Option<double>("--seconds") { Description = "Of each measurement of writes or reads", DefaultValueFactory = _ => 4 };
        var keys = new Option<int>("--keys") { DefaultValueFactory = _ => 100_000 };
        var readers = new Option<int>("--readers") { Description = "Blocking queries on one prefix", DefaultValueFactory = _ => 10_000 };
        var only = new Option<string[]>("--only") { Description = "Of: memory, writes, reads, news, failover", AllowMultipleArgumentsPerToken = true };
        var command = new Command("gateway", "Compare three nodes with three of Consul 1.8: writes, reads, blocking queries, memory, failover")
        {
            consul, program, folder, rounds, seconds, keys, readers, only,
        };
        command.SetAction((parse, token) => RunAsync(
            new(parse.GetValue(consul)!, parse.GetValue(program)!, parse.GetValue(folder)!, parse.GetValue(rounds), parse.GetValue(seconds), parse.GetValue(keys), parse.GetValue(readers), parse.GetValue(only) ?? []), token));
        return command;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken token)
    {
        var folder = Directory.CreateDirectory(Path.Combine(settings.Folder, $"overlaybridge-gateway-{Environment.ProcessId}"));
        try
        {
            DiskCheck.Print(folder.FullName);
            await using var consul = await ServerCluster.StartAsync(new ConsulKind(settings.Consul), Path.Combine(folder.FullName, "consul"), token).ConfigureAwait(false);
            await using var ours = await ServerCluster.StartAsync(new BridgeKind(settings.Program), Path.Combine(folder.FullName, "ours"), token).ConfigureAwait(false);
            var table = new Comparison();
            var measures = new Measures(table, settings.Keys, settings.Readers, WarmUpSeconds, settings.Seconds);
            await measures.FillAsync([consul, ours], token).ConfigureAwait(false);
            for (int round = 0; round < settings.Rounds; round++)
                foreach (var cluster in round % 2 == 0 ? [consul, ours] : new[] { ours, consul })
                    foreach (var (name, measure) in measures.All)
                        if (settings.Only.Length == 0 || settings.Only.Contains(name))
                            await measure(cluster, token).ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores for all, three nodes each, {Requests.ValueBytes}-byte values, {settings.Keys} keys; medians of {settings.Rounds} rounds, by turns"));
            return table.Print() ? 0 : 2;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Beside this project's own output: …/tests/OverlayBridge.Benchmarks/bin/Release/net10.0/
    private static string Built() => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../src/OverlayBridge/bin/Release/net10.0/overlaybridge"));
}
