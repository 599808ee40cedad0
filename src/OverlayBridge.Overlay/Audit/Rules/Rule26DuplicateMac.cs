using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Two endpoints of one network with one MAC address.</summary>
internal sealed class Rule26DuplicateMac() : Rule(26)
{
    public override string Cause =>
        "Two endpoints have one address, or one --mac-address was given to two containers.";

    public override string Repair =>
        "Stop the younger container and start it again, with another --mac-address if it was given one.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.Record is null || network.IsOverlay
        from same in Repeated.Of(network.Endpoints, MacOf)
        let mac = same.First().Record!.Interface!.Mac!.ToLowerInvariant()
        select See($"{network.Id} {mac}", [.. same.Select(e => e.Key)],
            $"{mac} is the MAC address of {same.Count()} endpoints of {network.Label}: {Listing.Of(same.Select(e => e.Label))}.") with
        {
            Network = network.Named,
            // Equal addresses give equal MAC addresses.
            OwnedBy = same.Select(e => e.Address).Distinct().Count() == 1 ? [same.First().Thing] : [],
        };

    private static (ulong? Usual, string? Other)? MacOf(EndpointRecords endpoint) =>
        endpoint.Outline is { HasMac: true } outline ? (outline.Mac, outline.OtherMac?.ToLowerInvariant()) : null;
}
