using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What a legacy network must be like to be exposed.</summary>
internal static class LegacyChecks
{
    /// <summary>All reasons against this network; none when it can be exposed.</summary>
    public static IEnumerable<ExposeRefusal> Of(NetworkView network)
    {
        var name = network.Name ?? network.Id;
        if (network.Driver != "overlay")
            yield return new(
                "not-overlay", $"'{name}' is a network of the driver '{network.Driver}'.", "Only overlay networks can share a layer 2 with swarm.",
                "Expose an overlay network; move containers of this one by other means.");
        if (network.IpamDriver is not (null or "default"))
            yield return new(
                "foreign-ipam", $"The addresses of '{name}' are managed by '{network.IpamDriver}'.", "The fence is made in Docker's own address bitmap, which this network does not have.",
                "Move its containers to a network with Docker's own IPAM first.");
        if (network.Encrypted)
            yield return new(
                "encrypted", $"'{name}' is encrypted.", "No legacy engine can join it, for the keys come from swarm only.",
                "Make an unencrypted overlay for the transition.");
        if (network.InDelete)
            yield return new(
                "being-removed", $"A removal of '{name}' has begun.", "Every engine that starts will finish it, containers or not.",
                "Let it be removed, or mend the record first (see 'overlaybridge inspect').");
        foreach (var refusal in Subnets(name, network))
            yield return refusal;
    }

    private static IEnumerable<ExposeRefusal> Subnets(string name, NetworkView network)
    {
        if (network.Subnets.Any(subnet => subnet.IsIPv6))
            yield return new(
                "ipv6-pool", $"'{name}' has an IPv6 subnet.", "Legacy overlays make no IPv6 peer entries and swarm overlays take no such pool.",
                "Use a network without IPv6 for the transition.");
        var pools = network.Subnets.Where(subnet => !subnet.IsIPv6).ToList();
        if (pools.Count == 0)
            yield return new(
                "no-subnet", $"'{name}' shows no IPv4 subnet.", "Its records are incomplete.",
                "See 'overlaybridge inspect' for what is missing.");
        var bare = pools.Where(subnet => subnet.Vni is null or 0).ToList();
        if (bare.Count > 0 && pools.Count == 1)
            yield return new(
                "no-vni", $"'{name}' has no VNI yet.", "Engines assign it when the first container joins, and swarm must know it.",
                "Start one container on the network, then expose it.");
        else if (bare.Count > 0)
            yield return new(
                "no-vni", $"'{name}' has no VNI yet for {string.Join(", ", bare.Select(subnet => subnet.Subnet))}.",
                "Engines assign one to each subnet when the first container gets an address of it, and swarm must know it.",
                $"Start one container in each: docker run --network {name} --ip ADDRESS …, then expose the network.");
    }
}
