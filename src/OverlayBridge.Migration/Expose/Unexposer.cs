using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Expose;

/// <summary>
/// Takes an exposure back: the swarm network first, for swarm itself refuses while anything uses it, and then nothing has
/// been changed; after it the agents' entries, the fence and the record. Can be repeated after any interruption.
/// </summary>
public sealed class Unexposer(IConsulClient bridge, IStateSource legacy, IConsulClient source, IEngine manager, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly BridgeRecordsReader _records = new(bridge);
    private readonly SwarmNetworks _swarm = new(manager, time);

    /// <summary>Says what would be changed; changes nothing.</summary>
    /// <exception cref="ExposeException">There is no such exposure.</exception>
    public async ValueTask<UnexposePlan> PlanAsync(string network, CancellationToken token)
    {
        var exposure = (await FindAsync(network, token).ConfigureAwait(false)).Record;
        var view = await _records.HostsViewAsync(token).ConfigureAwait(false);
        var inventory = Inventory.From(
            await legacy.ReadAsync(token).ConfigureAwait(false), [.. exposure.Blocks.Select(block => Cidr.Of(block.BaseAddress, block.PrefixLength))]);
        return UnexposePlan.For(exposure, inventory, UsersOf(view, exposure), StitchWait.Lost(view));
    }

    /// <summary>Carries it out.</summary>
    /// <param name="patience">How long to wait for the agents.</param>
    /// <exception cref="ExposeException">Something still uses the swarm network, or a step failed.</exception>
    public async ValueTask<UnexposePlan> UnexposeAsync(string network, TimeSpan patience, IProgress<string> progress, CancellationToken token)
    {
        var plan = await PlanAsync(network, token).ConfigureAwait(false);
        if (!plan.Users.IsEmpty)
            throw InUse(plan, "The agents see them running.");
        await RemoveNetworkAsync(plan, progress, token).ConfigureAwait(false);
        var retracting = await RetractAsync(plan.Exposure, token).ConfigureAwait(false);
        progress.Report("Waiting for the agents to take their entries away.");
        await WaitForAgentsAsync(plan.Exposure, patience, token).ConfigureAwait(false);
        progress.Report($"Giving {string.Join(", ", plan.Exposure.Blocks)} back to {source.Name}.");
        await FreeBlocksAsync(plan, token).ConfigureAwait(false);
        if (!await _records.DeleteAsync(retracting, token).ConfigureAwait(false))
            throw Changed(plan.Exposure);
        return plan;
    }

    private async ValueTask RemoveNetworkAsync(UnexposePlan plan, IProgress<string> progress, CancellationToken token)
    {
        var swarm = await _swarm.ReadAsync(token).ConfigureAwait(false);
        if (!swarm.IsManager)
            throw new ExposeException(
                $"The engine at {swarm.Engine} is no swarm manager.", "Only a manager can remove the swarm network.", "Give a manager with --engine URI.");
        foreach (var network in swarm.Networks.Where(network => network.LegacyNetworkId == plan.Exposure.LegacyNetworkId))
        {
            progress.Report($"Removing the swarm network '{network.Name}'.");
            var (removed, reason) = await _swarm.RemoveAsync(network.Id, token).ConfigureAwait(false);
            if (!removed)
                throw InUse(plan, reason);
        }
    }

    private async ValueTask<Versioned<ExposureRecord>> RetractAsync(ExposureRecord exposure, CancellationToken token)
    {
        var current = await FindAsync(exposure.LegacyNetworkId, token).ConfigureAwait(false);
        if (current.Record.State == ExposureState.Retracting)
            return current;
        if (!await _records.PutAsync(current.Record with { State = ExposureState.Retracting }, current.ModifyIndex, token).ConfigureAwait(false))
            throw Changed(exposure);
        return await FindAsync(exposure.LegacyNetworkId, token).ConfigureAwait(false);
    }

    private async ValueTask WaitForAgentsAsync(ExposureRecord exposure, TimeSpan patience, CancellationToken token)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var left = StitchWait.NotRemoved(await _records.HostsViewAsync(token).ConfigureAwait(false), exposure);
            if (left.IsEmpty)
                return;
            if (time.GetElapsedTime(begun) > patience)
                throw new ExposeException(
                    $"Not every host has taken its entries for '{exposure.Name}' away.", string.Join("; ", left),
                    "See that the agents there run, and run the command again: it goes on from here.");
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        }
    }

    /// <summary>An address of the fence that a legacy endpoint claims stays set: it is in use, whoever gave it out.</summary>
    private async ValueTask FreeBlocksAsync(UnexposePlan plan, CancellationToken token)
    {
        foreach (var held in plan.Blocks)
            await new FenceWriter(source)
                .ChangeAsync(held.BitmapKey, bitmap => FenceBits.Release(bitmap, held.Block, plan.Claimed), token).ConfigureAwait(false);
    }

    private async ValueTask<Versioned<ExposureRecord>> FindAsync(string network, CancellationToken token)
    {
        var all = await _records.ExposuresAsync(token).ConfigureAwait(false);
        var found = all.Where(exposure => exposure.Record.Name == network || exposure.Record.LegacyNetworkId == network).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new ExposeException(
                $"'{network}' is not exposed.",
                all.IsEmpty ? "Nothing is." : $"Exposed are: {string.Join(", ", all.Select(exposure => exposure.Record.Name))}.",
                "See 'overlaybridge network ls'."),
            _ => throw new ExposeException(
                $"'{network}' fits {found.Count} exposures.", $"Their ids are: {string.Join(", ", found.Select(exposure => exposure.Record.LegacyNetworkId))}.", "Give the id."),
        };
    }

    private static ImmutableArray<string> UsersOf(HostsView view, ExposureRecord exposure) => exposure.SwarmNetworkId.Length == 0
        ? []
        :
        [
            .. from item in view.Attachments
               where item.Attachment.NetworkId == exposure.SwarmNetworkId
               orderby item.Attachment.ContainerName, item.Host
               select $"{item.Attachment.ContainerName} on {item.Host}",
        ];

    private static ExposeException InUse(UnexposePlan plan, string reason) => new(
        $"The swarm network '{plan.Exposure.Name}' is still in use; nothing was changed.",
        plan.Users.IsEmpty ? reason : $"{reason} In use by: {string.Join(", ", plan.Users)}.",
        "Stop or move these containers and services (docker compose down, docker service rm), then run the command again.");

    private static ExposeException Changed(ExposureRecord exposure) => new(
        $"The record of the exposure of '{exposure.Name}' was changed by somebody else.",
        "Another expose or unexpose of this network runs at the same time.",
        "Look with 'overlaybridge network ls', and run the command again.");
}
