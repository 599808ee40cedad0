using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>The MAC address is not 02:42 and the IPv4 address, and none was asked for.</summary>
internal sealed class Rule27UnexpectedMac() : Rule(27)
{
    public override string Cause =>
        "The record was made or its address edited by hand.";

    public override string Repair =>
        "Look on the container's host which address it really has.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.IsOverlay
        from endpoint in network.Readable
        let outline = endpoint.Outline!
        where outline.HasMac && outline.Address is { IsIPv6: false } address &&
            ExpectedMac.AddressIn(outline.Mac)?.Bits != address.Bits && !outline.HasRequestedMac
        let face = endpoint.Record!.Interface
        select See(endpoint, [endpoint.Key],
            $"{endpoint.Label} of {network.Label} has {face!.Address} and the MAC address {face.Mac}, where {ExpectedMac.Of(endpoint.Address!.Value)} would follow.") with
        {
            OwnedBy = [endpoint.Thing],
        };
}
