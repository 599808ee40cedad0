using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A gateway or auxiliary address outside its pool, or a gateway that is an endpoint's address.</summary>
internal sealed class Rule31MisplacedGateway() : Rule(31)
{
    public override string Cause =>
        "An edit by hand, or an address that was free in the bitmap while it was in use.";

    public override string Repair =>
        "Stop the container that has the gateway's address and start it again, after the address is marked as " +
        "taken; correct a record that was edited.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        store.Networks.Where(n => n.HasOwnPools).SelectMany(network => Outside(store, network)).Concat(store.Pools.All.SelectMany(Taken));

    private IEnumerable<Observation> Outside(AuditSubject store, NetworkRecords network) =>
        from info in network.Pools
        let pool = store.Pools.Find(info.PoolId)
        where pool is not null
        from reserved in Reserved(info)
        where Cidr.TryParse(reserved.Address, out var address) && !pool.Subnet.Contains(address with { Length = address.Width })
        let plain = reserved.Address[..reserved.Address.IndexOf('/')]
        select See(Thing.Address(pool.Id, plain), [network.Filed!.Entry.Key],
            $"{reserved.What} {plain} of {network.Label} is not in its pool {pool.Subnet}.") with
        {
            Network = network.Named,
            About = [Thing.Address(pool.Id, plain), network.Id],
        };

    private IEnumerable<Observation> Taken(PoolRecords pool)
    {
        for (int first = 0, end; first < pool.Claims.Count; first = end)
        {
            for (end = first + 1; end < pool.Claims.Count && pool.Claims[end].Ordinal == pool.Claims[first].Ordinal;)
                end++;
            if (end == first + 1)
                continue;
            var claims = pool.Claims[first..end];
            if (claims.Find(c => c.Owner == AddressOwner.Gateway) is { Network: { } network } &&
                claims.Where(c => c.Endpoint is not null).ToList() is { Count: > 0 } endpoints)
                yield return See(pool.Thing(claims[0].Ordinal), [network.Filed!.Entry.Key, .. endpoints.Select(e => e.Endpoint!.Key)],
                    $"{pool.AddressOf(claims[0].Ordinal)} is the gateway of {network.Label} and the address of {Listing.Of(endpoints.Select(e => e.Label))}.") with
                {
                    Network = network.Named,
                    About = [pool.Thing(claims[0].Ordinal), network.Id, .. endpoints.Select(e => e.Endpoint!.Thing)],
                };
        }
    }

    private static IEnumerable<(string What, string Address)> Reserved(IpamInfo info)
    {
        if (info.Gateway is { } gateway)
            yield return ("The gateway", gateway);
        if (info.AuxAddresses is { } aux)
            foreach (var (name, address) in aux)
                yield return ($"The auxiliary address {name}", address);
    }
}
