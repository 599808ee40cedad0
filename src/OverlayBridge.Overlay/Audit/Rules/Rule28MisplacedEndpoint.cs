using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
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

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.HasOwnPools && !network.Record!.InDelete
        from endpoint in network.Readable
        let face = endpoint.Record!.Interface
        where face is not null
        let faults = (string[])
        [
            .. FaultsOf(store, face!.V4PoolId, endpoint.Address, network.Record!.IpamV4Info),
            .. FaultsOf(store, face.V6PoolId, endpoint.AddressV6, network.Record.IpamV6Info),
        ]
        where faults.Length > 0
        select See(endpoint, [endpoint.Key, network.Filed!.Entry.Key],
            $"{endpoint.Label} of {network.Label} does not fit its network: {string.Join("; ", faults)}.") with
        {
            OwnedBy = [endpoint.Thing],
        };

    private static IEnumerable<string> FaultsOf(AuditSubject store, string poolId, Cidr? held, ImmutableArray<IpamInfo> pools)
    {
        // An IPv6 address on a network without IPv6 is rule 44.
        if (held is not { } address || (address.IsIPv6 && pools.IsEmpty))
            yield break;
        if (!pools.Any(p => p.PoolId == poolId))
            yield return poolId.Length == 0 ? $"{address} comes from no pool" : $"{address} comes from {poolId}, which is none of the network's pools";
        if (store.Pools.Find(poolId) is not { } pool)
            yield break;
        if (!pool.Subnet.Contains(address with { Length = address.Width }))
            yield return $"{address} is not in {pool.Subnet}";
        else if (address.Length != pool.Subnet.Length)
            yield return $"{address} has not the prefix length of {pool.Subnet}";
    }
}
