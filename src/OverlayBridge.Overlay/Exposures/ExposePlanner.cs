using System.Collections.Immutable;
using System.Globalization;
using System.Net;
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
        var legacy = Inventory.From(image);
        var found = NetworkFinder.Find(legacy, request.Network);
        if (found is not [var network])
            return Refuse(NotFound(request.Network, found, legacy));
        var exposure = exposures.FirstOrDefault(exposure => exposure.LegacyNetworkId == network.Id);
        if (exposure is { State: ExposureState.Active })
            return new ExposeDecision.AlreadyExposed(exposure);
        if (Reasons(network, swarm, exposure) is { IsEmpty: false } reasons)
            return Refuse([.. reasons]);
        var fence = new FenceRequest(network.Id)
        {
            PrefixLength = request.FencePrefixLength,
            Nodes = Math.Max(1, hosts.Count(host => host.Swarm is { State: "active" })),
        };
        return FenceChoice.For(fence, image, legacy, exposure, out var refusal) is { } choice
            ? new ExposeDecision.Planned(PlanOf(network, choice, swarm, exposure, [.. HostWarnings.Of(legacy, network, hosts)]))
            : Refuse(refusal!);
    }

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
        return !legacy.IsEmpty ? legacy : [.. SwarmChecks.Of(swarm, network.Name!, network.Id, IPNetwork.Parse(network.Subnets[0].Subnet))];
    }

    private static ExposePlan PlanOf(
        NetworkView network, FenceChoice choice, SwarmView swarm, ExposureRecord? exposure, ImmutableArray<string> warnings)
    {
        var subnet = network.Subnets[0];
        var own = swarm.Networks.FirstOrDefault(candidate => candidate.LegacyNetworkId == network.Id);
        var vni = subnet.Vni!.Value;
        var holder = swarm.Networks.FirstOrDefault(other => other != own && other.Vnis.Contains(vni));
        var plan = new ExposePlan
        {
            Name = network.Name!,
            LegacyNetworkId = network.Id,
            Subnet = IPNetwork.Parse(subnet.Subnet),
            Gateway = subnet.Gateway is { } gateway ? IPAddress.Parse(gateway) : null,
            FenceBlock = choice.Block,
            FenceIsSet = choice.AlreadySet,
            FenceReason = choice.Reason,
            BitmapKey = choice.BitmapKey,
            LegacyVni = vni,
            RequestedVni = holder is null ? vni : null,
            Mtu = network.Mtu,
            Internal = network.Internal,
            Resumes = exposure,
            SwarmNetworkId = own?.Id,
            Changes = [],
            Warnings = holder is null
                ? warnings
                : [.. warnings, $"VNI {vni} belongs to the swarm network '{holder.Name}': swarm will choose another, and the entries of both sides carry the other side's VNI."],
        };
        return plan with { Changes = ChangesOf(plan, choice) };
    }

    private static ImmutableArray<PlannedChange> ChangesOf(ExposePlan plan, FenceChoice choice)
    {
        var vni = plan.RequestedVni is { } requested ? requested.ToString(CultureInfo.InvariantCulture) : "chosen by swarm";
        return
        [
            new("exposure", BridgeKeys.Exposure(plan.LegacyNetworkId), plan.Resumes is null ? "add" : "change", plan.Resumes is null ? null : "preparing", "active"),
            new("bitmap", plan.BitmapKey, choice.AlreadySet ? "keep" : "change", choice.AlreadySet ? null : $"{plan.Fence} free", $"{plan.Fence} set aside for swarm"),
            new("network", plan.Name, plan.SwarmNetworkId is null ? "add" : "keep", null,
                $"swarm overlay, attachable, subnet {plan.Subnet}, gateway {plan.Gateway?.ToString() ?? "chosen by swarm"}, ip-range {plan.Fence}, VNI {vni}"),
            new("entries", "every host with an agent", "add", null, "neighbour and FDB entries for the endpoints of the other side"),
        ];
    }
}
