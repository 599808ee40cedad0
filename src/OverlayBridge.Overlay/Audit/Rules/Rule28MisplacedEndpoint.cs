using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>An endpoint's address is not in its pool, has not the pool's prefix length, or the pool is none of its network's.</summary>
internal sealed class Rule28MisplacedEndpoint() : Rule(28)
{
    public override string Cause =>
        "An edit by hand.";

    public override string Repair =>
        "Correct the record from `docker inspect` on the container's host.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var network in store.Networks.Where(n => n.HasOwnPools && !n.Record!.InDelete))
            foreach (var endpoint in network.Endpoints)
                if (endpoint.Outline is { } outline && FaultsOf(store, network.Record!, outline) is { IsEmpty: false } faults)
                    yield return See(endpoint, [endpoint.Key, network.Filed!.Entry.Key],
                        $"{endpoint.Label} of {network.Label} does not fit its network: {string.Join("; ", faults)}.") with
                    {
                        OwnedBy = [endpoint.Thing],
                    };
    }

    private static ImmutableArray<string> FaultsOf(AuditSubject store, NetworkRecord network, EndpointOutline outline) =>
        FaultsOf(store, outline.V4PoolId, outline.Address, network.IpamV4Info)
            .AddRange(FaultsOf(store, outline.V6PoolId, outline.AddressV6, network.IpamV6Info));

    private static ImmutableArray<string> FaultsOf(AuditSubject store, string poolId, Cidr? held, ImmutableArray<IpamInfo> pools)
    {
        // An IPv6 address on a network without IPv6 is rule 44.
        if (held is not { } address || (address.IsIPv6 && pools.IsEmpty))
            return [];
        ImmutableArray<string> faults = [];
        if (!Names(pools, poolId))
            faults = [poolId.Length == 0 ? $"{address} comes from no pool" : $"{address} comes from {poolId}, which is none of the network's pools"];
        if (store.Pools.Find(poolId) is not { } pool)
            return faults;
        if (!pool.Subnet.Contains(address with { Length = address.Width }))
            return faults.Add($"{address} is not in {pool.Subnet}");
        return address.Length == pool.Subnet.Length ? faults : faults.Add($"{address} has not the prefix length of {pool.Subnet}");
    }

    private static bool Names(ImmutableArray<IpamInfo> pools, string poolId)
    {
        foreach (var info in pools)
            if (info.PoolId == poolId)
                return true;
        return false;
    }
}
