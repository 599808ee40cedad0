using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>
/// Stitches all networks whenever something changed: the store, the namespaces, the host's own containers; and from time
/// to time though nothing was heard, which heals what others changed.
/// </summary>
internal sealed class StitchLoop(
    Stitcher stitcher, OwnedEntryFiles owned, AgentOptions options, KeyPublisher reports, TimeProvider time, ILogger log)
{
    /// <summary>An engine makes a namespace's file first and its devices a moment later: looked at again soon, then ever less often.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// A swarm's engine acts on what its gossip brings, at times seconds after the change and in another order: it may take away, for a container that is
    /// gone, what the next one with that address needs.
    /// </summary>
    private static readonly TimeSpan FirstPeerLook = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PeerInterval = TimeSpan.FromSeconds(2);

    /// <summary>After which a swarm's gossip has brought what there was to bring: 60 s until a manager that was started anew is met, 30 s until its entries come.</summary>
    private static readonly TimeSpan LongestGossip = TimeSpan.FromMinutes(2);

    /// <summary>Of many entries a look takes its time: then less often, so that all looks together take no more than 2 % of it.</summary>
    private const int RestPerLook = 50;

    private readonly Wakeup wakeup = new();
    private readonly Dictionary<string, StitchReport> last = new(StringComparer.Ordinal);
    private (BridgeState? Of, IReadOnlyList<WantedTable> Tables) wanted = (null, []);
    private BridgeState? state;
    private ImmutableHashSet<string> networksHere = [];
    private bool touched;

    /// <summary>What the store says; before the first time nothing is done, for nothing is known.</summary>
    public void Use(BridgeState latest)
    {
        Volatile.Write(ref state, latest);
        Touch();
    }

    /// <summary>Which networks the engine of this host has; something about them may have changed.</summary>
    public void Use(ImmutableHashSet<string> networks)
    {
        Volatile.Write(ref networksHere, networks);
        Touch();
    }

    /// <summary>Something on this host may have changed.</summary>
    public void Touch()
    {
        Volatile.Write(ref touched, true);
        wakeup.Wake();
    }

    public async Task RunAsync(CancellationToken token)
    {
        using var folder = new NamespaceFolderWatch(options.NamespaceFolder, Touch);
        var pause = options.HealInterval;
        var changed = time.GetTimestamp();
        while (true)
        {
            if (folder.Ensure() is { } problem)
                log.LogWarning("{Problem} New namespaces are found every {Seconds} s only.", problem, options.HealInterval.TotalSeconds);
            await wakeup.WaitAsync(pause, time, token);
            var fresh = Interlocked.Exchange(ref touched, false);
            if (Volatile.Read(ref state) is not { } known)
                continue;
            var begun = time.GetTimestamp();
            if (fresh)
                changed = begun;
            var unfinished = await PassAsync(known);
            pause = unfinished ? (fresh ? FirstRetry : Min(pause * 2, options.HealInterval))
                : HasPeers ? PeerPause(time.GetElapsedTime(changed, begun), pause, time.GetElapsedTime(begun), options.HealInterval)
                : options.HealInterval;
        }
    }

    /// <summary>Whether this host has a network in whose namespace endpoints of its own side are to be.</summary>
    private bool HasPeers => wanted.Tables.Any(table => !table.Peers.Neighbours.IsEmpty && last.TryGetValue(table.NetworkId, out var report) && report.Namespace is not null);

    /// <returns>Whether a network could not be stitched, or had no namespace (yet) though it has something to be put there.</returns>
    private async Task<bool> PassAsync(BridgeState known)
    {
        var here = Volatile.Read(ref networksHere);
        var keys = DesiredKeys.None with { IsComplete = true };
        var unfinished = false;
        foreach (var network in Tables(known).GroupBy(static table => table.NetworkId))
        {
            var report = Note(await ApplyAsync(network));
            // A network that neither the engine nor the kernel of this host has is none of its business.
            if (report.Namespace is null && report.Error is null && !here.Contains(network.Key))
                continue;
            unfinished |= report.Error is not null || (report.Namespace is null && (report.Desired > 0 || network.Any(static table => !table.IsEmpty)));
            keys = keys.With(BridgeKeys.Stitch(options.HostName, network.Key), report);
        }
        reports.Want(keys);
        return unfinished;
    }

    /// <summary>All devices of a network, in one report.</summary>
    private async Task<StitchReport> ApplyAsync(IEnumerable<WantedTable> tables)
    {
        StitchReport? whole = null;
        foreach (var table in tables)
        {
            var part = await stitcher.ApplyAsync(table);
            whole = whole is null ? part : whole.And(part);
        }
        return whole!;
    }

    /// <summary>What is wanted now; then, wanting nothing, what is exposed no longer but may still have entries.</summary>
    private IEnumerable<WantedTable> Tables(BridgeState known)
    {
        // Made once for a state, and looked at again as often as the kernel is.
        if (!ReferenceEquals(wanted.Of, known))
            wanted = (known, [.. WantedTable.All(known, options.HostName)]);
        var stitched = wanted.Tables.Select(static w => w.Name);
        var exposed = known.Exposures.SelectMany(static e => new[] { e.LegacyNetworkId, e.SwarmNetworkId }).Where(static id => id.Length > 0);
        return wanted.Tables.Concat(owned.Tables().Union(exposed).Except(stitched).Select(id => WantedTable.Nothing(id, known)));
    }

    /// <summary>A report that says the same as the last but for the time is the last.</summary>
    private StitchReport Note(StitchReport report)
    {
        if (last.TryGetValue(report.NetworkId, out var before) && before == report with { At = before.At })
            return before;
        if (report.Error is not null && report.Error != before?.Error)
            log.LogWarning("Network {Network} is not stitched: {Error}", report.NetworkId, report.Error);
        else if (report.Programmed != before?.Programmed)
            log.LogInformation("Network {Network}: {Programmed} of {Desired} entries in {Namespace}", report.NetworkId, report.Programmed, report.Desired, report.Namespace);
        last[report.NetworkId] = report;
        return report;
    }

    /// <summary>How long not to look where there are peers.</summary>
    /// <param name="sinceChange">How long before this look something changed last.</param>
    /// <param name="before">How long it was before this look.</param>
    /// <param name="look">How long this look took.</param>
    internal static TimeSpan PeerPause(TimeSpan sinceChange, TimeSpan before, TimeSpan look, TimeSpan longest)
    {
        if (sinceChange > LongestGossip)
            return longest;
        var (pause, rest) = (sinceChange == TimeSpan.Zero ? FirstPeerLook : Min(before * 2, PeerInterval), Min(look * RestPerLook, longest));
        return pause > rest ? pause : rest;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
