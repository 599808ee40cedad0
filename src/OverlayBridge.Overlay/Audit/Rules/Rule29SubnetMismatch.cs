using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>O does not have the IPv4 pools and gateways of N, in their order.</summary>
internal sealed class Rule29SubnetMismatch() : Rule(29)
{
    public override string Cause =>
        "An edit by hand.";

    public override string Repair =>
        "Follow the overlay record if containers run: it is what their hosts use.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.IsOverlay && network.Overlay?.Value is not null
        let pools = network.Record!.IpamV4Info.Select(i => (Subnet: Normal(i.Pool), Gateway: Normal(i.Gateway))).ToList()
        let subnets = network.Overlay!.Value!.Subnets.Select(s => (Subnet: Normal(s.Subnet), Gateway: Normal(s.Gateway))).ToList()
        where !pools.SequenceEqual(subnets)
        select See(network, [network.Filed!.Entry.Key, network.Overlay!.Entry.Key],
            $"{network.Label} has {Text(pools)} by its record, and {Text(subnets)} by its overlay record.") with
        {
            OwnedBy = [network.Id],
        };

    private static string Normal(string? cidr) => Cidr.TryParse(cidr, out var parsed) ? parsed.ToString() : cidr ?? "";

    private static string Text(List<(string Subnet, string Gateway)> subnets) =>
        subnets.Count == 0 ? "no subnet" : Listing.Of(subnets.Select(s => $"{s.Subnet} with gateway {(s.Gateway.Length == 0 ? "none" : s.Gateway)}"));
}
