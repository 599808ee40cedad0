using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>The MAC address is not 02:42 and the IPv4 address, and none was asked for.</summary>
internal sealed class Rule27UnexpectedMac() : Rule(27)
{
    public override string Cause =>
        "The record was made or its address edited by hand.";

    public override string Repair =>
        "Look on the container's host which address it really has.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var network in store.Networks.Where(n => n.IsOverlay))
            foreach (var endpoint in network.Endpoints)
                if (endpoint.Outline is { HasMac: true, HasRequestedMac: false, Address: { IsIPv6: false } address, Mac: var mac } &&
                    ExpectedMac.AddressIn(mac)?.Bits != address.Bits)
                    yield return See(network, endpoint, address);
    }

    private Observation See(NetworkRecords network, EndpointRecords endpoint, Cidr address) =>
        See(endpoint, [endpoint.Key],
            $"{endpoint.Label} of {network.Label} has {address} and the MAC address {endpoint.Record!.Interface!.Mac}, where {ExpectedMac.Of(address)} would follow.") with
        {
            OwnedBy = [endpoint.Thing],
        };
}
