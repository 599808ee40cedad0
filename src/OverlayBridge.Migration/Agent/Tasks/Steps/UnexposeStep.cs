using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// The end of a network's way: entries, names and the bridge's records of converted containers go, the swarm network stays. Its undo joins the sides again.
/// </summary>
internal sealed class UnexposeStep(AgentTools tools) : IStep
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        var network = ExposeNetworkStep.NetworkOf(run.Content);
        run.Checking($"Looking whether anything is left on the legacy side of {network.Name}");
        var finisher = new Finisher(tools.Store, tools.Time);
        var exposure = await finisher.FindAsync(network.Id, token);
        if (run.Undo)
            await UndoAsync(run, network, finisher, exposure, token);
        else
            await FinishAsync(run, network, finisher, exposure, token);
    }

    private async Task FinishAsync(StepRun run, PlanNetwork network, Finisher finisher, ExposureRecord? exposure, CancellationToken token)
    {
        if (exposure is null)
            return;
        if (await finisher.LeftBehindAsync(network.Id, token) is { IsEmpty: false } left)
            throw new StepException(
                $"Containers are left on the legacy side of {network.Name}, and would be cut off: {string.Join(", ", left)}.", "Convert their hosts, move or stop them; then repeat the step.");
        if (exposure.State != ExposureState.Finished)
        {
            run.Change($"End the exposure of {network.Name}: entries and names between the sides go, the swarm network stays");
            if (!run.DryRun)
                await finisher.FinishAsync(network.Id, Patience, token);
        }
        var (records, endpoints) = await OwnAsync(network, token);
        var there = await records.PresentAsync([.. endpoints], token);
        foreach (var endpoint in endpoints.Where(there.Contains))
        {
            run.Change($"Delete the legacy record of {endpoint.Container} ({endpoint.Network} {endpoint.Address})");
            if (!run.DryRun)
                await records.DeleteAsync(endpoint, token);
        }
    }

    private async Task UndoAsync(StepRun run, PlanNetwork network, Finisher finisher, ExposureRecord? exposure, CancellationToken token)
    {
        if (exposure is null or { State: ExposureState.Finished })
        {
            run.Change($"Join the sides of {network.Name} again");
            if (!run.DryRun)
                await finisher.ReopenAsync(network.Id, Patience, token);
        }
        var (records, endpoints) = await OwnAsync(network, token);
        var there = await records.PresentAsync([.. endpoints], token);
        foreach (var endpoint in endpoints.Where(endpoint => !there.Contains(endpoint)))
        {
            run.Change($"Write the legacy record of {endpoint.Container} ({endpoint.Network} {endpoint.Address})");
            if (!run.DryRun)
                await records.WriteAsync(endpoint, token);
        }
    }

    /// <summary>What the bridge has to say to legacy hosts about the containers of all converted hosts, and those that were moved.</summary>
    private async Task<(LegacyRecords Records, LegacyEndpoint[] Endpoints)> OwnAsync(PlanNetwork network, CancellationToken token)
    {
        var (entries, _) = await tools.Store.ListAsync(BridgeKeys.Hosts, new ReadOptions(Consistency.Consistent), token);
        var endpoints = from entry in entries
                        from endpoint in OwnOf(entry)
                        where endpoint.NetworkId == network.Id
                        select endpoint;
        return (tools.Legacy(await tools.PrefixAsync(token)), [.. endpoints]);
    }

    private static ImmutableArray<LegacyEndpoint> OwnOf(KeyValueEntry entry) => BridgeKeys.TryParse(entry.Key) switch
    {
        BridgeKey.Conversion => LegacyEndpoints.Own(BridgeRecords.Decode<HostConversion>(entry.Key, entry.Value.AsSpan())),
        BridgeKey.Moved => MoveDecision.RecordsOf(BridgeRecords.Decode<MovedContainer>(entry.Key, entry.Value.AsSpan())),
        _ => [],
    };
}
