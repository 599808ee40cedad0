using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Two endpoints of one network with one MAC address.</summary>
internal sealed class Rule26DuplicateMac() : Rule(26)
{
    public override string Cause =>
        "Two endpoints have one address, or one --mac-address was given to two containers.";

    public override string Repair =>
        "Stop the younger container and start it again, with another --mac-address if it was given one.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        var repeated = new Repeated<(ulong? Usual, string? Other)>();
        return store.Networks.Where(network => network.Record is null || network.IsOverlay)
            .SelectMany(network => repeated.Of(network.Endpoints, MacOf).Select(same => See(network, [.. same])));
    }

    private Observation See(NetworkRecords network, List<EndpointRecords> same)
    {
        string mac = same[0].Record!.Interface!.Mac!.ToLowerInvariant();
        return See($"{network.Id} {mac}", [.. same.Select(e => e.Key)],
            $"{mac} is the MAC address of {same.Count} endpoints of {network.Label}: {Listing.Of(same.Select(e => e.Label))}.") with
        {
            Network = network.Named,
            // Equal addresses give equal MAC addresses.
            OwnedBy = same.Select(e => e.Address).Distinct().Count() == 1 ? [same[0].Thing] : [],
        };
    }

    private static bool MacOf(EndpointRecords endpoint, out (ulong? Usual, string? Other) mac)
    {
        var outline = endpoint.Outline;
        mac = (outline?.Mac, outline?.OtherMac?.ToLowerInvariant());
        return outline is { HasMac: true };
    }
}
