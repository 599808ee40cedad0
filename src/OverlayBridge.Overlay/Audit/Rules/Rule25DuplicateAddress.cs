using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Two endpoints, in the store or running on an asked engine, with one address of one pool or of overlapping pools.</summary>
internal sealed class Rule25DuplicateAddress() : Rule(25)
{
    public override string Cause =>
        "The address was free in the bitmap while it was in use, or a fault of Docker up to 17.12.";

    public override string Repair =>
        "Stop the younger container and start it again, after its address is marked as taken.";

    private readonly record struct Holder(PoolRecords Pool, AddressNumber Bits, NetworkRecords Network, EndpointRecords? Endpoint, LiveEndpoint? Live)
    {
        public string Thing => Endpoint?.Thing ?? Live!.Thing;

        public string Label => Endpoint is { } endpoint
            ? $"{endpoint.Label} of {Network.Label}{(endpoint.Locator is { Length: > 0 } host ? $" on {host}" : "")}"
            : $"{Live!.Label}, which the store does not know so,";

        public ulong Born => Endpoint?.Entry.CreateIndex ?? ulong.MaxValue;
    }

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from address in new Repeated<(string, bool, AddressNumber)>().Of(InStore(store).Concat(Running(store)), AddressOf)
        select See(store, [.. address.OrderBy(h => h.Born)]);

    private static bool AddressOf(Holder holder, out (string AddressSpace, bool IsIPv6, AddressNumber Bits) address)
    {
        address = (holder.Pool.PoolId.AddressSpace, holder.Pool.Subnet.IsIPv6, holder.Bits);
        return true;
    }

    private Observation See(AuditSubject store, ImmutableArray<Holder> holders)
    {
        string address = holders[0].Bits.ToAddress(holders[0].Pool.Subnet.IsIPv6).ToString();
        var (refuted, sharing) = (holders.Where(h => IsRefuted(store, h)).ToList(), holders.Select(h => h.Network).Distinct().Count() == 1);
        return See(Thing.Address(holders[0].Pool.Id, address), [.. holders.Select(h => h.Endpoint?.Key).OfType<string>()],
            $"{address} of {holders[0].Pool.Id} is used by {holders.Length} endpoints: {Listing.Of(holders.Select(h => h.Label))}." +
            (refuted.Count == 0 ? "" : $" Their engines do not run {Listing.Of(refuted.Select(h => h.Label))} with it.")) with
        {
            Network = sharing ? holders[0].Network.Named : null,
            About = [Thing.Address(holders[0].Pool.Id, address), .. holders.Select(h => h.Thing)],
            OwnedBy = holders.Length - refuted.Count < 2 ? [.. refuted.Select(h => h.Thing)] : [],
            Repair = $"Stop the youngest, {holders[^1].Label.TrimEnd(',')}, and start it again, after the address is marked as taken.",
        };
    }

    // Without engines only those that can share an address with another: in pools that overlap, or side by side in the order of claims.
    private static IEnumerable<Holder> InStore(AuditSubject store)
    {
        var shared = store.Engines.All.IsEmpty ? PoolIndex.Nested(store.Pools.All).SelectMany(n => new[] { n.Outer, n.Inner }).ToHashSet() : null;
        foreach (var pool in store.Pools.All)
            for (int at = 0; at < pool.Claims.Count; at++)
                if (pool.Claims[at] is { Endpoint: not null } claim &&
                    (shared is null || shared.Contains(pool) || IsBeside(pool.Claims, at, at - 1) || IsBeside(pool.Claims, at, at + 1)))
                    yield return new Holder(pool, pool.Subnet.First + claim.Ordinal, claim.Network, claim.Endpoint, null);
    }

    private static bool IsBeside(List<AddressUse> claims, int at, int other) =>
        other >= 0 && other < claims.Count && claims[at].Ordinal == claims[other].Ordinal;

    // Containers whose endpoint is not in the store, or is there with another address.
    private static IEnumerable<Holder> Running(AuditSubject store) =>
        from live in store.Engines.Live
        let network = store.Network(live.Endpoint.NetworkId)
        where network is not null
        from text in (string?[])[live.Endpoint.Address, live.Endpoint.AddressV6]
        let bits = Cidr.TryParseAddress(text, out var ip) ? Cidr.Of(ip, ip.GetAddressBytes().Length * 8) : (Cidr?)null
        where bits is not null
        let pool = network.Masters.Find(p => p.Subnet.Contains(bits.Value))
        where pool is not null && !IsInStore(network.Endpoint(live.Endpoint.EndpointId), bits.Value)
        select new Holder(pool, bits.Value.Bits, network, null, live);

    private static bool IsInStore(EndpointRecords? endpoint, Cidr address) =>
        (address.IsIPv6 ? endpoint?.AddressV6 : endpoint?.Address)?.Bits == address.Bits;

    // The engine of its host was asked and has no container with this endpoint, or with another address.
    private static bool IsRefuted(AuditSubject store, Holder holder)
    {
        if (holder.Endpoint is not { Outline: not null } endpoint)
            return false;
        if (store.Engines.Find(endpoint.Network.Id, endpoint.Id) is not { } live)
            return store.Engines.OfHost(endpoint.Locator) is not null;
        return (holder.Pool.Subnet.IsIPv6 ? live.Endpoint.AddressV6 : live.Endpoint.Address) is { } text &&
            Cidr.TryParseAddress(text, out var ip) && AddressNumber.Of(ip) != holder.Bits;
    }
}
