using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Compose.Transition;

/// <summary>A network that legacy hosts and swarm share, or are to share.</summary>
/// <param name="Subnet">Null when unknown.</param>
/// <param name="Fence">The block that swarm gives out; null when unknown or not exposed yet.</param>
/// <param name="IsExposed">False: a legacy network that swarm does not have yet. Null: unknown.</param>
/// <param name="Endpoints">Of both sides, as far as known.</param>
public sealed record SharedNetwork(
    string Name,
    IPNetwork? Subnet,
    IPNetwork? Fence,
    bool? IsExposed,
    ImmutableArray<KnownEndpoint> Endpoints)
{
    public bool IsEncrypted { get; init; }

    /// <summary>Further subnets, with the block of each that swarm gives out.</summary>
    public ImmutableArray<(IPNetwork Subnet, IPNetwork? Fence)> MoreSubnets { get; init; } = [];

    /// <summary>Blocks set aside for fixed addresses on the swarm side.</summary>
    public ImmutableArray<IPNetwork> Reserves { get; init; } = [];

    /// <summary>All subnets; none when unknown.</summary>
    public ImmutableArray<IPNetwork> Subnets => Subnet is { } first ? [first, .. MoreSubnets.Select(static more => more.Subnet)] : [];

    /// <summary>Whether an address is of the network, as far as is known.</summary>
    public bool MayHold(IPAddress address) => Subnets.IsEmpty || Subnets.Any(subnet => subnet.Contains(address));

    /// <summary>The fence that an address lies in.</summary>
    public IPNetwork? FenceOf(IPAddress address)
    {
        foreach (var fence in MoreSubnets.Select(static more => more.Fence).Prepend(Fence))
            if (fence is { } block && block.Contains(address))
                return block;
        return null;
    }

    public bool IsInternal { get; init; }

    public bool HasIpv6 { get; init; }
}

/// <summary>A container's place on a shared network.</summary>
/// <param name="Host">Name or address; empty when unknown.</param>
/// <param name="IsLegacy">On the side of the old store.</param>
/// <param name="Project">Its Compose project; null when it has none or that is not known.</param>
/// <param name="Service">Its Compose service; null when it has none or that is not known.</param>
public sealed record KnownEndpoint(
    string Name, ImmutableArray<string> Aliases, IPAddress? Address, string Host, bool IsLegacy, string? Project, string? Service);

/// <summary>What is known of the networks that are shared.</summary>
/// <param name="Networks">By name.</param>
/// <param name="Named">Names that the operator gave: they count as shared whatever else is known.</param>
/// <param name="IsKnown">The networks were read from a store: what is not among them is not shared.</param>
public sealed record TransitionFacts(
    ImmutableSortedDictionary<string, SharedNetwork> Networks, ImmutableArray<string> Named, bool IsKnown)
{
    /// <summary>Nothing but the files: every network that is external or an overlay is taken for a shared one.</summary>
    public static TransitionFacts None { get; } = new(ImmutableSortedDictionary.Create<string, SharedNetwork>(StringComparer.Ordinal), [], false);

    /// <summary>The shared network of that name; null when it is none.</summary>
    public SharedNetwork? Find(string realName, bool looksShared)
    {
        if (Networks.TryGetValue(realName, out var known))
            return known;
        var isShared = Named.IsEmpty ? !IsKnown && looksShared : Named.Contains(realName);
        return isShared ? new(realName, null, null, null, []) : null;
    }
}
