using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Expose;

/// <summary>
/// Ends an exposure whose network has gone over: the entries and names between the sides go, the swarm network stays with everything on it. Beside
/// <see cref="Unexposer"/>, which takes the swarm network away. The record stays, so that the way back is one change of its state.
/// </summary>
public sealed class Finisher(IConsulClient bridge, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly BridgeRecordsReader _records = new(bridge);

    /// <summary>The exposure of a legacy network; null when there is none.</summary>
    public async ValueTask<ExposureRecord?> FindAsync(string legacyNetworkId, CancellationToken token) =>
        (await VersionedAsync(legacyNetworkId, token).ConfigureAwait(false))?.Record;

    /// <summary>Containers that are still on the legacy side, as "name on host": while there are any it is not the end.</summary>
    public async ValueTask<ImmutableArray<string>> LeftBehindAsync(string legacyNetworkId, CancellationToken token) =>
    [
        .. from item in (await _records.HostsViewAsync(token).ConfigureAwait(false)).Attachments
           where item.Attachment.NetworkId == legacyNetworkId
           orderby item.Attachment.ContainerName, item.Host
           select $"{item.Attachment.ContainerName} on {item.Host}",
    ];

    /// <summary>Ends it, and waits until the agents have taken their entries away. Done again it changes nothing.</summary>
    /// <exception cref="ExposeException">Containers are left on the legacy side, or a host does not take its entries away.</exception>
    public async ValueTask FinishAsync(string legacyNetworkId, TimeSpan patience, CancellationToken token)
    {
        if (await VersionedAsync(legacyNetworkId, token).ConfigureAwait(false) is not { } exposure)
            return;
        if (await LeftBehindAsync(legacyNetworkId, token).ConfigureAwait(false) is { IsEmpty: false } left)
            throw new ExposeException(
                $"Containers are left on the legacy side of '{exposure.Record.Name}'; nothing was changed.",
                $"They would be cut off from the others: {string.Join(", ", left)}.", "Convert their hosts, move or stop them, then repeat the step.");
        await MoveAsync(exposure, ExposureState.Finished, token).ConfigureAwait(false);
        await WaitAsync(exposure.Record, view => StitchWait.NotRemoved(view, exposure.Record), "taken its entries away", patience, token).ConfigureAwait(false);
    }

    /// <summary>The way back: the sides are joined again.</summary>
    /// <exception cref="ExposeException">It is not exposed any more, or a host does not program its entries.</exception>
    public async ValueTask ReopenAsync(string legacyNetworkId, TimeSpan patience, CancellationToken token)
    {
        var exposure = await VersionedAsync(legacyNetworkId, token).ConfigureAwait(false) ?? throw new ExposeException(
            $"The network {legacyNetworkId} is not exposed any more.", "The record of its exposure is gone.", "Expose it anew: overlaybridge network expose");
        if (exposure.Record.State is not (ExposureState.Finished or ExposureState.Active))
            throw new ExposeException(
                $"The exposure of '{exposure.Record.Name}' cannot be joined again.", $"It is {exposure.Record.State.ToString().ToLowerInvariant()}.", "See: overlaybridge network ls");
        await MoveAsync(exposure, ExposureState.Active, token).ConfigureAwait(false);
        await WaitAsync(exposure.Record, view => StitchWait.NotProgrammed(view, exposure.Record), "programmed its entries", patience, token).ConfigureAwait(false);
    }

    private async ValueTask MoveAsync(Versioned<ExposureRecord> exposure, ExposureState state, CancellationToken token)
    {
        if (exposure.Record.State != state && !await _records.PutAsync(exposure.Record with { State = state }, exposure.ModifyIndex, token).ConfigureAwait(false))
            throw new ExposeException(
                $"The record of the exposure of '{exposure.Record.Name}' was changed by somebody else.",
                "Another command about this network runs at the same time.", "Wait for it to end, and repeat the step.");
    }

    private async ValueTask WaitAsync(
        ExposureRecord exposure, Func<HostsView, ImmutableArray<string>> open, string what, TimeSpan patience, CancellationToken token)
    {
        var begun = time.GetTimestamp();
        while (open(await _records.HostsViewAsync(token).ConfigureAwait(false)) is { IsEmpty: false } left)
        {
            if (time.GetElapsedTime(begun) > patience)
                throw new ExposeException(
                    $"Not every host has {what} for '{exposure.Name}'.", string.Join("; ", left), "See that the agents there run, and repeat the step: it goes on from here.");
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        }
    }

    private async ValueTask<Versioned<ExposureRecord>?> VersionedAsync(string legacyNetworkId, CancellationToken token) =>
        (await _records.ExposuresAsync(token).ConfigureAwait(false)).FirstOrDefault(exposure => exposure.Record.LegacyNetworkId == legacyNetworkId);
}
