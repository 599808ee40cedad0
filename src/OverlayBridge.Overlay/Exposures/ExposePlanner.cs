using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>
/// Decides how a legacy network is exposed, or why it is not: a pure function of what the legacy store, the swarm and the
/// agents say. See docs/decisions/003 for the order of the changes.
/// </summary>
public static class ExposePlanner
{
    /// <param name="image">Of the store that the engines work on, not of a copy.</param>
    /// <param name="exposures">All that the bridge knows.</param>
    /// <param name="hosts">All hosts with an agent.</param>
    public static ExposeDecision Decide(
        ExposeRequest request,
        StoreImage image,
        SwarmView swarm,
        ImmutableArray<ExposureRecord> exposures,
        ImmutableArray<HostRecord> hosts)
    {
        var decoded = DecodedImage.Of(image);
        var legacy = Inventory.Of(decoded, BlocksOf(exposures));
        var found = NetworkFinder.Find(legacy, request.Network);
        if (found is not [var network])
            return Refuse(NotFound(request.Network, found, legacy));
        var exposure = exposures.FirstOrDefault(exposure => exposure.LegacyNetworkId == network.Id);
        if (exposure is { State: ExposureState.Active })
            return new ExposeDecision.AlreadyExposed(exposure);
        if (Reasons(network, swarm, exposure) is { IsEmpty: false } reasons)
            return Refuse([.. reasons]);
        var subnets = ImmutableArray.CreateBuilder<SubnetPlan>();
        var refusals = ImmutableArray.CreateBuilder<ExposeRefusal>();
        foreach (var subnet in network.Subnets.Where(subnet => !subnet.IsIPv6))
        {
            var fence = new FenceRequest(network.Id)
            {
                Subnet = subnet.Subnet,
                PrefixLength = request.FencePrefixLength,
                Nodes = NodesOf(swarm, hosts),
            };
            if (FenceChoice.For(fence, decoded, legacy, exposure, out var refusal) is { } choice)
                subnets.Add(SubnetPlanOf(network, subnet, choice, legacy, swarm));
            else
                refusals.Add(refusal!);
        }
        return refusals.Count > 0
            ? Refuse([.. refusals])
            : new ExposeDecision.Planned(PlanOf(network, subnets.ToImmutable(), swarm, exposure, [.. HostWarnings.Of(legacy, network, hosts)]));
    }

    /// <summary>Each node that gets the network takes an address for its load-balancer endpoint, with an agent or without one.</summary>
    internal static int NodesOf(SwarmView swarm, ImmutableArray<HostRecord> hosts) =>
        Math.Max(1, Math.Max(swarm.Nodes, hosts.Count(host => host.Swarm is { State: "active" })));

    /// <summary>What all exposures hold in the legacy bitmaps: set bits that are no leaks.</summary>
    internal static ImmutableArray<Cidr> BlocksOf(IEnumerable<ExposureRecord> exposures) =>
    [
        .. from exposure in exposures
           from block in exposure.Blocks
           select Cidr.Of(block.BaseAddress, block.PrefixLength),
    ];

    private static ExposeDecision.Refused Refuse(params ReadOnlySpan<ExposeRefusal> reasons) => new([.. reasons]);

    private static ExposeRefusal NotFound(string text, ImmutableArray<NetworkView> found, Inventory legacy) => found.IsEmpty
        ? new(
            "not-found", $"{legacy.Source} has no network '{text}'.",
            legacy.Networks.IsEmpty ? "It has no networks at all." : $"Its networks are: {string.Join(", ", legacy.Networks.Select(n => n.Name ?? n.Id).Take(20))}.",
            "Give one of these names, or an id.")
        : new(
            "ambiguous", $"'{text}' fits {found.Length} networks.", $"They are: {string.Join(", ", found.Select(n => $"{n.Name} ({n.Id[..Math.Min(12, n.Id.Length)]})"))}.",
            "Give the id.");

    private static ImmutableArray<ExposeRefusal> Reasons(NetworkView network, SwarmView swarm, ExposureRecord? exposure)
    {
        if (network.State != NetworkState.Readable)
            return [new("unreadable", $"The record of network {network.Id} cannot be read.", "Nothing about it is certain.", "See 'overlaybridge inspect' for key and byte offset; restore the record first.")];
        if (exposure is { State: ExposureState.Retracting })
            return [new("retracting", $"'{network.Name}' is being unexposed.", "An earlier 'network unexpose' has not ended.", $"Finish it first: overlaybridge network unexpose {network.Name}")];
        var legacy = LegacyChecks.Of(network).ToImmutableArray();
        return !legacy.IsEmpty ? legacy : [.. SwarmChecks.Of(swarm, network.Name!, network.Id, [.. network.Subnets.Select(subnet => IPNetwork.Parse(subnet.Subnet))])];
    }

    private static SubnetPlan SubnetPlanOf(NetworkView network, SubnetView subnet, FenceChoice choice, Inventory legacy, SwarmView swarm) => new()
    {
        Subnet = IPNetwork.Parse(subnet.Subnet),
        Gateway = subnet.Gateway is { } gateway ? IPAddress.Parse(gateway) : null,
        FenceBlock = choice.Block,
        FenceIsSet = choice.AlreadySet,
        FenceReason = choice.Reason,
        BitmapKey = choice.BitmapKey,
        Pool = FencePool.Of(legacy, IPNetwork.Parse(subnet.Subnet))!,
        LegacyVni = subnet.Vni!.Value,
        RequestedVni = VniHolder(network, swarm).Holder is null ? subnet.Vni : null,
    };

    /// <summary>
    /// A swarm network that has one of the network's VNIs. Swarm takes the list of VNIs in the order of the subnets: where one is not
    /// to be had it chooses all of them.
    /// </summary>
    private static (SwarmNetwork? Holder, uint Vni) VniHolder(NetworkView network, SwarmView swarm) =>
        (from other in swarm.Networks
         where other.LegacyNetworkId != network.Id
         from subnet in network.Subnets
         where subnet.Vni is { } vni && other.Vnis.Contains(vni)
         select (other, subnet.Vni!.Value)).FirstOrDefault();

    private static ExposePlan PlanOf(
        NetworkView network, ImmutableArray<SubnetPlan> subnets, SwarmView swarm, ExposureRecord? exposure, ImmutableArray<string> warnings)
    {
        var (holder, vni) = VniHolder(network, swarm);
        var plan = new ExposePlan
        {
            Name = network.Name!,
            LegacyNetworkId = network.Id,
            Subnets = subnets,
            Mtu = network.Mtu,
            Internal = network.Internal,
            Resumes = exposure,
            SwarmNetworkId = swarm.Networks.FirstOrDefault(candidate => candidate.LegacyNetworkId == network.Id)?.Id,
            Changes = [],
            Warnings =
            [
                .. warnings,
                .. NetworkWarnings.Of(network),
                .. holder is null
                    ? (string[])[]
                    : [$"VNI {vni} belongs to the swarm network '{holder.Name}': swarm will choose another, and the entries of both sides carry the other side's VNI."],
            ],
        };
        return plan with { Changes = ChangesOf(plan) };
    }

    private static ImmutableArray<PlannedChange> ChangesOf(ExposePlan plan) =>
    [
        new("exposure", BridgeKeys.Exposure(plan.LegacyNetworkId), plan.Resumes is null ? "add" : "change", plan.Resumes is null ? null : "preparing", "active"),
        .. plan.Subnets.Select(subnet => new PlannedChange(
            "bitmap", subnet.BitmapKey, subnet.FenceIsSet ? "keep" : "change", subnet.FenceIsSet ? null : $"{subnet.Fence} free", $"{subnet.Fence} set aside for swarm")),
        new("network", plan.Name, plan.SwarmNetworkId is null ? "add" : "keep", null, $"swarm overlay, attachable, {string.Join("; ", plan.Subnets.Select(Words))}"),
        new("entries", "every host with an agent", "add", null, "neighbour and FDB entries for the endpoints of the other side"),
    ];

    private static string Words(SubnetPlan subnet)
    {
        var vni = subnet.RequestedVni is { } requested ? requested.ToString(CultureInfo.InvariantCulture) : "chosen by swarm";
        return $"subnet {subnet.Subnet}, gateway {subnet.Gateway?.ToString() ?? "chosen by swarm"}, ip-range {subnet.Fence}, VNI {vni}";
    }
}
