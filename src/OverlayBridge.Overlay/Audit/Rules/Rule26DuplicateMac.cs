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
        from mac in Repeated.Of(network.Readable, e => e.Record!.Interface?.Mac is { Length: > 0 } mac ? mac.ToLowerInvariant() : null)
        select See($"{network.Id} {mac.Key}", [.. mac.Select(e => e.Key)],
            $"{mac.Key} is the MAC address of {mac.Count()} endpoints of {network.Label}: {Listing.Of(mac.Select(e => e.Label))}.") with
        {
            Network = network.Named,
            // Equal addresses give equal MAC addresses.
            OwnedBy = mac.Select(e => e.Record!.Interface!.Address).Distinct().Count() == 1 ? [mac.First().Thing] : [],
        };
}
