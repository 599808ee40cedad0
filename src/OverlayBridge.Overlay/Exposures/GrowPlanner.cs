using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>Decides where a further block for an exposed network is set aside: a pure function of the legacy store and the exposures.</summary>
public static class GrowPlanner
{
    /// <param name="image">Of the store that the engines work on, not of a copy.</param>
    /// <param name="exposures">All that the bridge knows.</param>
    public static GrowDecision Decide(GrowRequest request, StoreImage image, ImmutableArray<ExposureRecord> exposures)
    {
        var found = exposures.Where(exposure => exposure.Name == request.Network || exposure.LegacyNetworkId == request.Network).ToList();
        if (found is not [{ State: ExposureState.Active } exposure])
            return Refuse(NotActive(request.Network, found));
        if (SubnetOf(exposure, request.Subnet) is not { } subnet)
            return Refuse(new(
                "which-subnet", $"'{exposure.Name}' has several subnets: {string.Join(", ", exposure.Subnets.Select(static subnet => subnet.Subnet))}.",
                "A block is a part of one of them.", "Say which one with --subnet."));
        var decoded = DecodedImage.Of(image);
        var legacy = Inventory.Of(decoded, ExposePlanner.BlocksOf(exposures));
        if (FencePool.Of(legacy, subnet.Subnet) is not { } pool)
            return Refuse(new(
                "no-pool", $"{legacy.Source} has no readable address bitmap for {subnet.Subnet}.", "The block is set aside there.", "Audit says what is broken and how it is repaired."));
        return Choose(request, exposure, subnet, decoded, legacy, out var refusal) is { } choice
            ? new GrowDecision.Planned(PlanOf(exposure, subnet, choice, pool))
            : Refuse(FenceChoice.Refusal(refusal!));
    }

    private static GrowDecision.Refused Refuse(ExposeRefusal reason) => new([reason]);

    private static ExposeRefusal NotActive(string network, List<ExposureRecord> found) => found switch
    {
        [] => new("not-exposed", $"'{network}' is not exposed.", "Only an exposed network can be given more addresses.", $"Expose it first: overlaybridge network expose {network}"),
        [{ State: var state }] => new(
            "not-active", $"The exposure of '{network}' is {state.ToString().ToLowerInvariant()}.", "An earlier command has not ended.",
            state == ExposureState.Preparing ? $"Finish it first: overlaybridge network expose {network}" : $"Finish it first: overlaybridge network unexpose {network}"),
        _ => new("ambiguous", $"'{network}' fits {found.Count} exposures.", $"Their ids are: {string.Join(", ", found.Select(static exposure => exposure.LegacyNetworkId))}.", "Give the id."),
    };

    private static ExposedSubnet? SubnetOf(ExposureRecord exposure, string? wanted) => wanted is null
        ? exposure.Subnets is [var only] ? only : null
        : exposure.Subnets.FirstOrDefault(subnet => subnet.Subnet.ToString() == wanted);

    private static FenceChoice? Choose(
        GrowRequest request, ExposureRecord exposure, ExposedSubnet subnet, DecodedImage decoded, Inventory legacy, out FenceRefusal? refusal)
    {
        refusal = null;
        var begun = exposure.Reserves.FirstOrDefault(reserve =>
            !reserve.IsSet && reserve.Block.PrefixLength == request.PrefixLength && subnet.Subnet.Contains(reserve.Block.BaseAddress));
        if (begun is not null && FenceChoice.Resumed(decoded, legacy, subnet.Subnet, begun.Block) is { } resumed)
            return resumed;
        var wanted = new FenceRequest(exposure.LegacyNetworkId) { Subnet = subnet.Subnet.ToString(), PrefixLength = request.PrefixLength, Nodes = 0 };
        if (FencePlanner.Plan(decoded, legacy, wanted) is FencePlan plan)
            return new(
                plan.Block, plan.BitmapKey,
                $"{plan.Block} is the highest free block of its size in {subnet.Subnet}: {plan.Block.Capacity} addresses for fixed use on the swarm side, {plan.LeftToLegacy} stay with the legacy engines.",
                AlreadySet: false);
        refusal = (FenceRefusal)FencePlanner.Plan(decoded, legacy, wanted);
        return null;
    }

    private static GrowPlan PlanOf(ExposureRecord exposure, ExposedSubnet subnet, FenceChoice choice, PoolView pool) => new()
    {
        Exposure = exposure,
        Subnet = subnet.Subnet,
        Block = choice.Block,
        IsSet = choice.AlreadySet,
        Reason = choice.Reason,
        BitmapKey = choice.BitmapKey,
        Pool = pool,
        Changes =
        [
            new("exposure", BridgeKeys.Exposure(exposure.LegacyNetworkId), "change", null, $"{choice.Block} reserved for fixed addresses"),
            new(
                "bitmap", choice.BitmapKey, choice.AlreadySet ? "keep" : "change", choice.AlreadySet ? null : $"{choice.Block} free",
                $"{choice.Block} set aside for swarm"),
        ],
    };
}
