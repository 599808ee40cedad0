using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

/// <summary>Something that two stores can have or not have, with the facts that are compared.</summary>
/// <param name="Group">Text to sort by first, within the kind.</param>
/// <param name="Ordinal">Number to sort by next.</param>
internal sealed record Thing(
    ChangeKind Kind, string Path, string? Name, ImmutableSortedDictionary<string, string> Facts, string Group, ulong Ordinal = 0)
{
    public static IComparer<Thing> Order { get; } = Comparer<Thing>.Create(static (a, b) =>
        a.Kind.CompareTo(b.Kind) is not 0 and var kind ? kind
        : KeyOrder.Instance.Compare(a.Group, b.Group) is not 0 and var group ? group
        : a.Ordinal.CompareTo(b.Ordinal) is not 0 and var ordinal ? ordinal
        : KeyOrder.Instance.Compare(a.Path, b.Path));

    /// <summary>The things of one store that may differ from those of the other.</summary>
    public static IEnumerable<Thing> AllOf(Inventory inventory, StoreImage image, Touched touched, RenamedIds renamed)
    {
        var networks = inventory.Networks.Concat(inventory.Remnants).Select(network => (Given: network, View: renamed.Apply(network))).ToList();
        return networks.Where(network => touched.Network(network.Given)).Select(network => NetworkFacts.Of(network.View, renamed.FormerOf(network.Given)))
            .Concat(inventory.Pools.Select(pool => PoolFacts.Of(renamed.Apply(pool))))
            .Append(PoolFacts.Of(inventory.Vnis))
            .Concat(inventory.Pools.Where(touched.AddressesOf).SelectMany(pool => PoolFacts.AddressesOf(renamed.Apply(pool))))
            .Concat(
                from network in networks
                from endpoint in network.Given.Endpoints
                where touched.Endpoint(endpoint)
                select EndpointFacts.Of(renamed.Apply(endpoint), network.View.Name ?? network.View.Id, renamed.FormerOf(endpoint)))
            .Concat(inventory.Hosts.Select(Of))
            .Concat(KeyFacts.Of(inventory, image, touched));
    }

    private static Thing Of(HostView host) => new(ChangeKind.Host, host.Address, null,
        new Facts().Add("registered", host.Registered).Add("advertised", host.Advertised).ToImmutable(), host.Address);
}
