using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Expose;

/// <summary>
/// Sets a further block of an exposed network's subnet aside for fixed addresses. The record names the block before its bits are set, so
/// that an interrupted run is gone on with by the next one, or undone by <c>unexpose</c>.
/// </summary>
/// <param name="bridge">The cluster that holds the exposures.</param>
/// <param name="legacy">The store that the legacy engines work on, for reading.</param>
/// <param name="source">The same, for the compare-and-set on the address bitmap.</param>
public sealed class Grower(IConsulClient bridge, IStateSource legacy, IConsulClient source)
{
    /// <summary>How often another block is chosen because engines took addresses of the last one meanwhile.</summary>
    private const int MostPlans = 10;

    private readonly BridgeRecordsReader _records = new(bridge);

    /// <summary>Reads everything and decides; changes nothing.</summary>
    public async ValueTask<GrowDecision> PlanAsync(GrowRequest request, CancellationToken token)
    {
        var image = await legacy.ReadAsync(token).ConfigureAwait(false);
        var exposures = await _records.ExposuresAsync(token).ConfigureAwait(false);
        return GrowPlanner.Decide(request, image, [.. exposures.Select(static exposure => exposure.Record)]);
    }

    /// <summary>Decides and carries out.</summary>
    /// <exception cref="ExposeException">A step failed; what was done stands in the record.</exception>
    public async ValueTask<GrowDecision> GrowAsync(GrowRequest request, IProgress<string> progress, CancellationToken token)
    {
        for (var plans = 0; plans < MostPlans; plans++)
        {
            var decision = await PlanAsync(request, token).ConfigureAwait(false);
            if (decision is not GrowDecision.Planned { Plan: var plan })
                return decision;
            var chosen = await WriteAsync(plan.Exposure, plan.With(isSet: false), token).ConfigureAwait(false);
            progress.Report($"Setting {plan.Block} aside in {source.Name}.");
            var outcome = await new FenceWriter(source)
                .ChangeAsync(plan.BitmapKey, bitmap => FenceBits.Take(bitmap, plan.Block), token).ConfigureAwait(false);
            if (outcome == FenceOutcome.Changed || (outcome == FenceOutcome.AlreadySo && plan.IsSet))
            {
                await WriteAsync(chosen, plan.With(isSet: true), token).ConfigureAwait(false);
                return decision;
            }
            progress.Report($"Engines took addresses of {plan.Block} meanwhile; choosing another block.");
        }
        throw new ExposeException(
            $"No block of addresses could be set aside for '{request.Network}'.",
            $"In {MostPlans} attempts engines took an address of the chosen block first.",
            "Run the command again when fewer containers are being started, or ask for a smaller block.");
    }

    /// <summary>Writes the record if it still says what was read.</summary>
    private async ValueTask<ExposureRecord> WriteAsync(ExposureRecord seen, ExposureRecord next, CancellationToken token)
    {
        var current = (await _records.ExposuresAsync(token).ConfigureAwait(false))
            .FirstOrDefault(exposure => exposure.Record.LegacyNetworkId == seen.LegacyNetworkId);
        if (current is null || current.Record != seen || !await _records.PutAsync(next, current.ModifyIndex, token).ConfigureAwait(false))
            throw new ExposeException(
                $"The record of the exposure of '{seen.Name}' was changed by somebody else.",
                "Another command of this network runs at the same time.",
                "Wait for it to end, look with 'overlaybridge network ls', and run the command again.");
        return next;
    }
}
