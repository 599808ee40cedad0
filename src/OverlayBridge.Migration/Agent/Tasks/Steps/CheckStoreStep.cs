using System.Collections.Immutable;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>This host's engine works on this cluster: by the redirect of a committed takeover, or because its daemon.json says so. Changes nothing.</summary>
internal sealed class CheckStoreStep(AgentTools tools) : IStep
{
    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        if (run.Undo)
            return;
        run.Checking("Looking whether this host's engine works on the cluster");
        var takeover = await tools.TakeoverAsync(token);
        var report = (await tools.Store.GetAsync(BridgeKeys.HostTakeover(tools.Options.HostName), new ReadOptions(Consistency.Consistent), token)).Value is { } entry
            ? BridgeRecords.Decode<TakeoverHostReport>(entry.Key, entry.Value.AsSpan())
            : null;
        var setup = await tools.Control.SetupAsync(token);
        if (StoreChecks.Find(takeover, report, StateUri.Parse(tools.Store.Name).Servers, setup.ClusterStore, setup.SwarmState) is { } obstacle)
            throw new StepException(obstacle.What, obstacle.Remedy);
    }
}

/// <summary>Whether a host's engine works on this cluster. Pure.</summary>
internal static class StoreChecks
{
    private const string Scheme = "consul://";

    /// <param name="report">The host's, about a takeover.</param>
    /// <param name="servers">Where the agent itself reaches the cluster, as <c>HOST:PORT</c>.</param>
    /// <param name="clusterStore">The engine's store, as <c>docker info</c> tells it; empty for none.</param>
    /// <returns>Null: it does.</returns>
    public static Obstacle? Find(
        TakeoverRecord? takeover, TakeoverHostReport? report, ImmutableArray<ServerAddress> servers, string clusterStore, string swarmState)
    {
        if (clusterStore.Length == 0)
            return swarmState == "active" ? null : new("The engine of this host works on no store, and is in no swarm.", "Start it with its cluster-store.");
        if (Servers(clusterStore).Any(server => servers.Any(own => own.ToString() == server) || takeover?.Gateways.Any(gateway => gateway.ToString() == server) == true))
            return null;
        if (takeover is null)
            return new("There is no takeover, so that it cannot be told whether the engine works on this cluster.", "Take the store over: overlaybridge takeover prepare, then commit.");
        if (takeover.Phase != TakeoverPhase.Committed)
            return new($"The takeover is {takeover.Phase.ToString().ToLowerInvariant()}, not committed.", "See: overlaybridge takeover status");
        return report is { State: TakeoverHostState.Redirected } && report.TakeoverId == takeover.Id
            ? null
            : new("The takeover is committed, but this host is not redirected to the cluster.", "See what it reports: overlaybridge takeover status");
    }

    private static string[] Servers(string clusterStore) =>
        clusterStore.StartsWith(Scheme, StringComparison.Ordinal) ? clusterStore[Scheme.Length..].Split('/')[0].Split(',') : [];
}
