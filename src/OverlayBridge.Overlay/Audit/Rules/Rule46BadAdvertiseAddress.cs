using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Nodes;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Two D with one address, a D that is not its key, an address no peer can use, or endpoints without a locator.</summary>
internal sealed class Rule46BadAdvertiseAddress() : Rule(46)
{
    public override string Cause =>
        "Several engines on one host, or a bad cluster-advertise.";

    public override string Repair =>
        "Correct cluster-advertise on the host and restart its engine; serf and the VTEP use this address.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var host in store.Hosts.ByAddress)
        {
            var keys = host.Select(n => n.Filed.Entry.Key).ToArray();
            if (keys.Length > 1)
                yield return See(Thing.Key(keys[^1]), [.. keys], $"{keys.Length} registrations have the address {host.Key}: {Listing.Of(host.Select(n => n.Advertised))}.") with
                {
                    About = [.. keys],
                };
            foreach (var (advertised, filed) in host)
                if (FaultOf(store, advertised, filed, host.Key) is { } fault)
                    yield return See(Thing.Key(filed.Entry.Key), [filed.Entry.Key], $"The registration {advertised} {fault}.") with
                    {
                        OwnedBy = [filed.Entry.Key],
                    };
        }
        foreach (var endpoint in store.Networks.SelectMany(n => n.Readable).Where(e => e.Locator.Length == 0))
            yield return See(endpoint, [endpoint.Key], $"{endpoint.Label} of {endpoint.Network.Label} names no host.") with { Group = "locator" };
    }

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = "locator",
        Keys = [.. members.SelectMany(m => m.Keys)],
        Message = $"{members.Length} endpoints name no host, so a host advertises none: " +
            $"{Listing.Of(members.Select(m => m.Subject))}.",
        Network = null,
    };

    private static string? FaultOf(AuditSubject store, string advertised, Filed<NodeRecord> filed, string address)
    {
        if (filed.Value is not { } node)
            return $"cannot be read: {store.FaultOf(filed.Entry.Key).TrimEnd('.')}";
        if (node.Address != advertised)
            return $"says {node.Address}";
        if (!Cidr.TryParseAddress(address, out var ip))
            return null;
        if (IPAddress.IsLoopback(ip))
            return "is a loopback address, which no other host can reach";
        return ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) ? "is no address at all, so that no other host can reach it" : null;
    }
}
