using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What a swarm must be like to take an exposed network.</summary>
internal static class SwarmChecks
{
    /// <summary>All reasons against it; none when the network can be made there.</summary>
    public static IEnumerable<ExposeRefusal> Of(SwarmView swarm, string name, string legacyNetworkId, ImmutableArray<IPNetwork> subnets)
    {
        if (!swarm.IsManager)
        {
            yield return new(
                "no-manager", $"The engine at {swarm.Engine} is no swarm manager.", "Only a manager can make the swarm network.",
                "Give a manager with --engine URI, or start a swarm with 'docker swarm init'.");
            yield break;
        }
        foreach (var other in swarm.Networks.Where(network => network.LegacyNetworkId != legacyNetworkId))
        {
            if (other.Name == name)
                yield return new(
                    "name-taken", $"The swarm has a network '{name}' already ({other.Id}).", "The exposed network must have the legacy network's name, and this one was not made by overlaybridge for it.",
                    $"Remove or rename it: docker network rm {other.Id}");
            else if (Clash(other, subnets) is (var taken, var subnet))
                yield return new(
                    "subnet-taken", $"The swarm network '{other.Name}' has the subnet {taken}, which overlaps {subnet}.", "Swarm leaves a network with an overlapping subnet unallocated, without an error.",
                    $"Move the users of '{other.Name}' to another subnet first.");
        }
    }

    private static (IPNetwork Taken, IPNetwork Subnet)? Clash(SwarmNetwork other, ImmutableArray<IPNetwork> subnets)
    {
        foreach (var taken in other.Subnets)
            foreach (var subnet in subnets)
                if (Overlap(taken, subnet))
                    return (taken, subnet);
        return null;
    }

    private static bool Overlap(IPNetwork a, IPNetwork b) => a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress);
}
