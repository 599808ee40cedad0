using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What will be changed, in this order; the dry-run and the change are made from the same plan.</summary>
public sealed record ExposePlan
{
    public required string Name { get; init; }

    public required string LegacyNetworkId { get; init; }

    /// <summary>All IPv4 subnets, in the order of the legacy network's record.</summary>
    public required ImmutableArray<SubnetPlan> Subnets { get; init; }

    /// <summary>MTU of the legacy network; 0 = the default of 1500.</summary>
    public required ulong Mtu { get; init; }

    public required bool Internal { get; init; }

    /// <summary>The record of an interrupted expose that this plan goes on with, else null.</summary>
    public required Records.ExposureRecord? Resumes { get; init; }

    /// <summary>The swarm network that an interrupted expose has already made, else null.</summary>
    public required string? SwarmNetworkId { get; init; }

    public required ImmutableArray<PlannedChange> Changes { get; init; }

    /// <summary>What works but should be known before.</summary>
    public required ImmutableArray<string> Warnings { get; init; }
}

/// <summary>What becomes of one subnet.</summary>
public sealed record SubnetPlan
{
    public required IPNetwork Subnet { get; init; }

    public required IPAddress? Gateway { get; init; }

    /// <summary>The block that swarm hands out, as part of the legacy pool.</summary>
    public required FenceBlock FenceBlock { get; init; }

    /// <summary>The same block as <c>--ip-range</c> takes it.</summary>
    public IPNetwork Fence => IPNetwork.Parse(FenceBlock.ToString());

    /// <summary>An interrupted expose has set the bits of the fence already.</summary>
    public required bool FenceIsSet { get; init; }

    /// <summary>Why this block, for people.</summary>
    public required string FenceReason { get; init; }

    /// <summary>Full key of the legacy pool's bitmap.</summary>
    public required string BitmapKey { get; init; }

    /// <summary>The legacy pool as it is, for address maps.</summary>
    public required PoolView Pool { get; init; }

    public required uint LegacyVni { get; init; }

    /// <summary>The VNI to ask of swarm: the legacy one, or null where another swarm network has one of the network's VNIs and swarm must choose.</summary>
    public required uint? RequestedVni { get; init; }
}

/// <summary>One change, as reports show it.</summary>
/// <param name="Kind"><c>exposure</c>, <c>bitmap</c>, <c>network</c> or <c>entries</c>.</param>
/// <param name="Path">What is changed: a key, a network, a host.</param>
/// <param name="Action"><c>add</c>, <c>change</c> or <c>remove</c>; <c>keep</c> where it is there already.</param>
/// <param name="Before">Null where there was nothing.</param>
/// <param name="After">Null where nothing remains.</param>
public sealed record PlannedChange(string Kind, string Path, string Action, string? Before, string? After);
