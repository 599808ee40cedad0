using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Reports.Clusters;
using OverlayBridge.Store.State;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Cluster;

/// <summary><c>cluster restore FILE</c>: the cluster holds again what it held when the snapshot was made.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("restore", "Replace everything the cluster holds by what a snapshot holds")
        {
            Examples =
            [
                ("overlaybridge cluster restore monday.obsnap --dry-run", "Says how many keys would come back, change and go."),
                ("overlaybridge cluster restore monday.obsnap", "At once for all readers; whoever waits for news is told."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "restored; with --dry-run: nothing would change"),
                (ExitCode.Error, "not restored; stderr says why"),
                (ExitCode.Differences, "with --dry-run: something would change"),
            ],
        };
        var file = new Argument<string>("FILE") { Description = "A file made by 'overlaybridge cluster snapshot'" };
        command.Add(file);
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would change, and change nothing" };
        command.Add(dryRun);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction((parse, token) => RunAsync(parse, bridge, parse.GetRequiredValue(file), parse.GetValue(dryRun), token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, BridgeOption bridge, string file, bool dryRun, CancellationToken token)
    {
        var bytes = await SnapshotFile.ReadAsync(file, token).ConfigureAwait(false);
        var snapshot = SnapshotFile.Check(file, bytes);
        using var client = bridge.ConnectCluster(parse);
        var current = SnapshotFile.Check(client.Name, await client.SnapshotAsync(token).ConfigureAwait(false));
        if (!dryRun)
            await client.RestoreAsync(bytes, token).ConfigureAwait(false);
        var document = Document(file, client.Name, snapshot, current, dryRun ? RestoreDocument.Planned : RestoreDocument.Done);
        await CommandOutput.Of(parse).WriteReportAsync(new RestoreReport(document), token).ConfigureAwait(false);
        return dryRun && document.Added + document.Changed + document.Removed > 0 ? ExitCode.Differences : ExitCode.Success;
    }

    /// <summary>A pure function of both states. The members' own records stay as they are, and do not count.</summary>
    public static RestoreDocument Document(string file, string target, StoreState snapshot, StoreState current, string state)
    {
        var (before, after) = (Counted(current), Counted(snapshot));
        return new RestoreDocument(
            RestoreDocument.CurrentFormatVersion, file, target, state, snapshot.Index, snapshot.Entries.Count, snapshot.Sessions.Count,
            Added: after.Keys.Count(key => !before.ContainsKey(key)),
            Changed: after.Count(pair => before.TryGetValue(pair.Key, out var entry) && !entry.Equals(pair.Value)),
            Removed: before.Keys.Count(key => !after.ContainsKey(key)));
    }

    private static Dictionary<Store.Keys.StoreKey, StoreEntry> Counted(StoreState state) => state.Entries.All()
        .Where(static entry => !entry.Key.StartsWith(Gateway.Cluster.MemberRecord.Prefix)).ToDictionary(static entry => entry.Key);
}
