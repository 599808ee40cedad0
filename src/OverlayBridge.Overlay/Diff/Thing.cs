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

    public static IEnumerable<Thing> AllOf(Inventory inventory, StoreImage image)
    {
        var networks = inventory.Networks.Concat(inventory.Remnants);
        var names = networks.ToDictionary(n => n.Id, n => n.Name ?? n.Id);
        return networks.Select(NetworkFacts.Of)
            .Concat(inventory.Pools.Select(PoolFacts.Of))
            .Append(PoolFacts.Of(inventory.Vnis))
            .Concat(inventory.Pools.SelectMany(pool => PoolFacts.AddressesOf(pool)))
            .Concat(networks.SelectMany(n => n.Endpoints).Select(e => EndpointFacts.Of(e, names[e.NetworkId])))
            .Concat(inventory.Hosts.Select(Of))
            .Concat(KeyFacts.Of(inventory, image));
    }

    private static Thing Of(HostView host) => new(ChangeKind.Host, host.Address, null,
        new Facts().Add("registered", host.Registered).Add("advertised", host.Advertised).ToImmutable(), host.Address);
}
