using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>IPv6 without an IPv6 pool, an endpoint with an IPv6 address on a network without; a note for every IPv6 network.</summary>
internal sealed class Rule44Ipv6Mismatch() : Rule(44)
{
    public override string Cause =>
        "An edit by hand.";

    public override string Repair =>
        "None that is safe online: create the network anew as it is meant to be.";

    public override IEnumerable<Observation> Check(AuditSubject store) => store.Networks.Where(n => n.IsOverlay).SelectMany(Check);

    private IEnumerable<Observation> Check(NetworkRecords network)
    {
        var record = network.Record!;
        if (!record.IpamV6Info.IsEmpty)
            yield return See(network, [network.Filed!.Entry.Key],
                $"{network.Label} has IPv6: the overlay driver makes no IPv6 peer entries, so do not count on it between hosts.") with
            {
                Severity = AuditSeverity.Info,
                Cause = "The overlay driver knows only IPv4 peers.",
                Repair = "None: use IPv4 between hosts.",
            };
        else if (record.EnableIPv6 && !record.InDelete)
            yield return See(network, [network.Filed!.Entry.Key], $"{network.Label} has IPv6 switched on and no IPv6 pool.");
        if (!record.IpamV6Info.IsEmpty || record.InDelete)
            yield break;
        foreach (var endpoint in network.Readable)
            if (endpoint.AddressV6 is not null)
                yield return See(endpoint, [endpoint.Key], $"{endpoint.Label} of {network.Label} has {endpoint.Record!.Interface!.AddressV6}, and the network no IPv6 pool.");
    }
}
