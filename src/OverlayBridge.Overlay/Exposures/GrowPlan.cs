using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>A further block for an exposed network, as an operator asks for it.</summary>
/// <param name="Network">Name or legacy id of an exposed network.</param>
/// <param name="PrefixLength">Size of the block, e.g. 27.</param>
/// <param name="Subnet">CIDR of the subnet it is to be part of; needed only when the network has several.</param>
public sealed record GrowRequest(string Network, int PrefixLength, string? Subnet = null);

/// <summary>
/// A block that is set aside in the legacy bitmap beside the fence. Swarm's range cannot be changed while its network exists, so that
/// swarm hands nothing out of the block: containers get its addresses as fixed ones.
/// </summary>
public sealed record GrowPlan
{
    public required ExposureRecord Exposure { get; init; }

    public required IPNetwork Subnet { get; init; }

    public required FenceBlock Block { get; init; }

    /// <summary>An interrupted run has set the bits already.</summary>
    public required bool IsSet { get; init; }

    /// <summary>Why this block, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Full key of the legacy pool's bitmap.</summary>
    public required string BitmapKey { get; init; }

    /// <summary>The legacy pool as it is, for address maps.</summary>
    public required PoolView Pool { get; init; }

    public required ImmutableArray<PlannedChange> Changes { get; init; }

    public IPNetwork Range => IPNetwork.Parse(Block.ToString());

    /// <summary>The exposure with the block; blocks of interrupted runs that are not gone on with are dropped.</summary>
    public ExposureRecord With(bool isSet) => Exposure with
    {
        Reserves = [.. Exposure.Reserves.Where(static reserve => reserve.IsSet), new ReservedBlock(Range, isSet)],
    };
}

/// <summary>What <see cref="GrowPlanner"/> found.</summary>
public abstract record GrowDecision
{
    private GrowDecision()
    {
    }

    public sealed record Planned(GrowPlan Plan) : GrowDecision;

    public sealed record Refused(ImmutableArray<ExposeRefusal> Reasons) : GrowDecision;
}
