using System.Collections.Immutable;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// What the legacy store still holds of a converted host: its node key, and endpoints that its engine wrote and did not delete. The bridge's own records
/// of its containers stay, for legacy hosts know them by these. There is nothing to undo: a legacy engine writes its own anew.
/// </summary>
internal sealed class CleanRecordsStep(AgentTools tools) : IStep
{
    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        if (run.Undo)
            return;
        run.Checking("Looking what the legacy store still holds of this host");
        if ((await tools.Control.SetupAsync(token)).ClusterStore.Length > 0)
            throw new StepException("This host's engine still works on the legacy store: what it holds of the host is in use.", "Convert the host first.");
        var prefix = await tools.PrefixAsync(token);
        await DeleteNodesAsync(run, prefix, token);
        var records = tools.Legacy(prefix);
        var kept = Kept();
        foreach (var network in run.Content.Networks)
            foreach (var endpoint in await records.StaleAsync(network.Name, network.Id, kept, token))
            {
                run.Change($"Delete the stale endpoint {endpoint.Container} ({network.Name} {endpoint.Address}), its count and its address");
                if (!run.DryRun)
                    await records.DeleteAsync(endpoint, token);
            }
    }

    /// <summary>Those that stand for containers which run here.</summary>
    private ImmutableHashSet<LegacyEndpoint> Kept() => tools.Conversion.Read() is { } notes
        ? [.. LegacyEndpoints.Own(notes.Before), .. LegacyEndpoints.Engines(notes.Before)]
        : throw new StepException("This host has no notes of a conversion, so that it cannot be told which records its containers need.", "Convert it by convert-host.");

    private async Task DeleteNodesAsync(StepRun run, string prefix, CancellationToken token)
    {
        var (entries, _) = await tools.Store.ListAsync($"{prefix}nodes/", new ReadOptions(Consistency.Consistent), token);
        foreach (var entry in entries.Where(IsThisHost))
        {
            run.Change($"Delete the node key {entry.Key}");
            if (!run.DryRun && !await tools.Store.DeleteAsync(entry.Key, entry.ModifyIndex, token))
                throw new StepException($"The node key {entry.Key} was changed while it was deleted.", "See that no legacy engine runs on this host, then repeat the step.");
        }
    }

    private bool IsThisHost(KeyValueEntry entry) =>
        LegacyKey.Parse(entry.Key) is NodeKey node && System.Net.IPEndPoint.TryParse(node.Address, out var address) && address.Address.Equals(tools.Options.Vtep);
}
