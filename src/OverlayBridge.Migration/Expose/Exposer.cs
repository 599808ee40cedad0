using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Expose;

/// <summary>
/// Exposes a legacy network as an attachable swarm network. Every step is checked before and can be repeated: an
/// interrupted run leaves a record in state <c>preparing</c>, and the next one goes on from there (docs/decisions/003).
/// </summary>
/// <param name="bridge">The cluster that holds the exposures.</param>
/// <param name="legacy">The store that the legacy engines work on, for reading.</param>
/// <param name="source">The same, for the compare-and-set on the address bitmap.</param>
public sealed class Exposer(IConsulClient bridge, IStateSource legacy, IConsulClient source, IEngine manager, TimeProvider time)
{
    /// <summary>How often another block is chosen because engines took addresses of the last one meanwhile.</summary>
    private const int MostPlans = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly BridgeRecordsReader _records = new(bridge);
    private readonly SwarmNetworks _swarm = new(manager, time);

    /// <summary>Reads everything and decides; changes nothing.</summary>
    public async ValueTask<ExposeDecision> PlanAsync(ExposeRequest request, CancellationToken token) =>
        (await DecideAsync(request, token).ConfigureAwait(false)).Decision;

    /// <summary>Decides and carries out.</summary>
    /// <param name="patience">How long to wait for the agents at the end.</param>
    /// <returns>
    /// The decision that was carried out, and what is left to be seen to: hosts whose entries are not all there yet.
    /// </returns>
    /// <exception cref="ExposeException">A step failed; what was done stands in the record.</exception>
    public async ValueTask<ExposeOutcome> ExposeAsync(
        ExposeRequest request, TimeSpan patience, IProgress<string> progress, CancellationToken token)
    {
        for (var plans = 0; plans < MostPlans; plans++)
        {
            var (decision, exposures) = await DecideAsync(request, token).ConfigureAwait(false);
            if (decision is not ExposeDecision.Planned { Plan: var plan })
                return new(decision, []);
            var preparing = await PrepareAsync(plan, exposures, token).ConfigureAwait(false);
            if (!await TakeFencesAsync(plan, progress, token).ConfigureAwait(false))
                continue;
            return new(decision, await FinishAsync(plan, preparing, patience, progress, token).ConfigureAwait(false));
        }
        throw new ExposeException(
            $"No block of addresses could be set aside for '{request.Network}'.",
            $"In {MostPlans} attempts engines took an address of the chosen block first.",
            "Run the command again when fewer containers are being started, or ask for a smaller block with --fence.");
    }

    private async ValueTask<(ExposeDecision Decision, ImmutableArray<Versioned<ExposureRecord>> Exposures)> DecideAsync(
        ExposeRequest request, CancellationToken token)
    {
        var image = await legacy.ReadAsync(token).ConfigureAwait(false);
        var swarm = await _swarm.ReadAsync(token).ConfigureAwait(false);
        var exposures = await _records.ExposuresAsync(token).ConfigureAwait(false);
        var hosts = await _records.HostsAsync(token).ConfigureAwait(false);
        var decision = ExposePlanner.Decide(
            request, image, swarm, [.. exposures.Select(exposure => exposure.Record)], [.. hosts.Select(host => host.Record)]);
        return (decision, exposures);
    }

    private async ValueTask<ImmutableArray<string>> FinishAsync(
        ExposePlan plan, Versioned<ExposureRecord> preparing, TimeSpan patience, IProgress<string> progress, CancellationToken token)
    {
        progress.Report($"Making the swarm network '{plan.Name}' at {manager.Endpoint}.");
        var network = await _swarm.EnsureAsync(plan, token).ConfigureAwait(false);
        var active = preparing.Record.With([.. preparing.Record.Subnets.Zip(VnisOf(network, plan), (subnet, vni) => subnet with { SwarmVni = vni })]) with
        {
            SwarmNetworkId = network.Id,
            State = ExposureState.Active,
        };
        await PutAsync(active, preparing.ModifyIndex, token).ConfigureAwait(false);
        progress.Report("Waiting for the agents to program their hosts.");
        return await WaitAsync(view => StitchWait.NotProgrammed(view, active), patience, token).ConfigureAwait(false);
    }

    /// <summary>Swarm shows subnets and VNIs in the order they were asked for; where it does not, the subnet decides.</summary>
    private static IEnumerable<uint> VnisOf(SwarmNetwork network, ExposePlan plan) => plan.Subnets
        .Select(subnet => network.Vnis[Math.Max(0, network.Subnets.IndexOf(subnet.Subnet))]);

    /// <returns>False when engines took an address of a block first. The blocks before it stay set: the record names them, so the next plan keeps them.</returns>
    private async ValueTask<bool> TakeFencesAsync(ExposePlan plan, IProgress<string> progress, CancellationToken token)
    {
        foreach (var subnet in plan.Subnets)
        {
            progress.Report($"Setting {subnet.Fence} aside in {source.Name}.");
            if (await TakeFenceAsync(subnet, token).ConfigureAwait(false))
                continue;
            progress.Report($"Engines took addresses of {subnet.Fence} meanwhile; choosing another block.");
            return false;
        }
        return true;
    }

    /// <summary>
    /// Bits that were all set already are ours only if the plan resumes a run that set them; else engines took the whole
    /// block, or an answer to our own write was lost, and planning once more tells which.
    /// </summary>
    private async ValueTask<bool> TakeFenceAsync(SubnetPlan subnet, CancellationToken token)
    {
        var outcome = await new FenceWriter(source)
            .ChangeAsync(subnet.BitmapKey, bitmap => FenceBits.Take(bitmap, subnet.FenceBlock), token).ConfigureAwait(false);
        return outcome == FenceOutcome.Changed || (outcome == FenceOutcome.AlreadySo && subnet.FenceIsSet);
    }

    /// <summary>Writes the record if it is still as the plan saw it, and reads it back for the next compare-and-set.</summary>
    private async ValueTask<Versioned<ExposureRecord>> PrepareAsync(
        ExposePlan plan, ImmutableArray<Versioned<ExposureRecord>> seen, CancellationToken token)
    {
        var first = plan.Subnets[0];
        var record = new ExposureRecord(
            plan.Name, plan.LegacyNetworkId, SwarmNetworkId: "", first.Subnet, first.Gateway, first.Fence, first.LegacyVni,
            SwarmVni: first.RequestedVni ?? 0, legacy.Name, ExposureState.Preparing, plan.Resumes?.Created ?? time.GetUtcNow())
            .With([.. plan.Subnets.Select(subnet => new ExposedSubnet(subnet.Subnet, subnet.Gateway, subnet.Fence, subnet.LegacyVni, subnet.RequestedVni ?? 0))]) with
        {
            BitmapKeys = [.. plan.Subnets.Select(subnet => subnet.BitmapKey)],
        };
        await PutAsync(record, Of(seen)?.ModifyIndex ?? 0, token).ConfigureAwait(false);
        return Of(await _records.ExposuresAsync(token).ConfigureAwait(false)) is { } written && written.Record == record
            ? written
            : throw ChangedByOthers(record);

        Versioned<ExposureRecord>? Of(ImmutableArray<Versioned<ExposureRecord>> exposures) =>
            exposures.FirstOrDefault(exposure => exposure.Record.LegacyNetworkId == plan.LegacyNetworkId);
    }

    private async ValueTask PutAsync(ExposureRecord record, ulong index, CancellationToken token)
    {
        if (!await _records.PutAsync(record, index, token).ConfigureAwait(false))
            throw ChangedByOthers(record);
    }

    private static ExposeException ChangedByOthers(ExposureRecord record) => new(
        $"The record of the exposure of '{record.Name}' was changed by somebody else.",
        "Another expose or unexpose of this network runs at the same time.",
        "Wait for it to end, look with 'overlaybridge network ls', and run the command again.");

    private async ValueTask<ImmutableArray<string>> WaitAsync(
        Func<HostsView, ImmutableArray<string>> open, TimeSpan patience, CancellationToken token)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var left = open(await _records.HostsViewAsync(token).ConfigureAwait(false));
            if (left.IsEmpty || time.GetElapsedTime(begun) > patience)
                return left;
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        }
    }
}

/// <summary>How an expose ended.</summary>
/// <param name="Open">Hosts whose entries were not all there in time, each with the reason; the agents go on trying.</param>
public sealed record ExposeOutcome(ExposeDecision Decision, ImmutableArray<string> Open);
