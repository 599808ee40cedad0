using System.CommandLine;
using System.Globalization;
using OverlayBridge.Commands.Network;
using OverlayBridge.Store.Snapshots;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Cluster;

/// <summary><c>cluster snapshot --out FILE</c>: everything the cluster holds, to be restored exactly.</summary>
internal static class SnapshotCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("snapshot", "Save everything the cluster holds: keys, indexes, sessions, locks, its mode")
        {
            Examples = [("overlaybridge cluster snapshot --out monday.obsnap", "For a backup; 'overlaybridge dump' writes a form that people and other tools can read.")],
            ExitCodes = [(ExitCode.Success, "the file is complete and was checked"), (ExitCode.Error, "there is no file; stderr says why")],
        };
        var force = new Option<bool>("--force") { Description = "Replace FILE if it exists" };
        command.Add(force);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction((parse, token) => RunAsync(parse, bridge, parse.GetValue(force), token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, BridgeOption bridge, bool force, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var file = output.File ?? throw new OperatorException("A snapshot needs a file.", "--out FILE is not given.", "Add --out cluster.obsnap.");
        using var client = bridge.ConnectCluster(parse);
        var snapshot = await client.SnapshotAsync(token).ConfigureAwait(false);
        var state = SnapshotFile.Check(client.Name, snapshot);
        await SnapshotFile.WriteAsync(file, snapshot, force, token).ConfigureAwait(false);
        output.Progress(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {file}: {state.Entries.Count} keys and {state.Sessions.Count} sessions of {client.Name} at index {state.Index}, {snapshot.Length / 1e6:0.0} MB, format {StoreSnapshot.Version}."));
        return ExitCode.Success;
    }
}
