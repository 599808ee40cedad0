using System.CommandLine;
using OverlayBridge.Legacy.Store;
using OverlayBridge.SyntheticStores;

namespace OverlayBridge.Benchmarks.Scale;

/// <summary><c>generate</c>: a synthetic store as files, for a look by hand.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Where to write; NAME.export.json gives the form of consul kv export" };
        var networks = Number("--networks", SyntheticShape.Large.Networks);
        var hosts = Number("--hosts", SyntheticShape.Large.Hosts);
        var endpoints = Number("--endpoints", SyntheticShape.Large.Endpoints);
        var seed = Number("--seed", 1);
        var command = new Command("generate", "Write a synthetic store: the body of GET /v1/kv/?recurse, or a consul kv export") { file, networks, hosts, endpoints, seed };
        command.SetAction((parse, token) => WriteAsync(
            SyntheticStore.Generate(new(parse.GetValue(networks), parse.GetValue(hosts), parse.GetValue(endpoints)), parse.GetValue(seed)),
            parse.GetValue(file)!, token));
        return command;
    }

    public static async Task WriteAsync(StoreImage image, string path, CancellationToken token)
    {
        await using var stream = File.Create(path);
        await (path.EndsWith(".export.json", StringComparison.Ordinal)
            ? SyntheticDumps.WriteExportAsync(image, stream, token)
            : SyntheticDumps.WriteRecurseAsync(image, stream, token)).ConfigureAwait(false);
    }

    private static Option<int> Number(string name, int value) => new(name) { DefaultValueFactory = _ => value };
}
