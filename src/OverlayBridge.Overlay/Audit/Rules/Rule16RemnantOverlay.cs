using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>O without N.</summary>
internal sealed class Rule16RemnantOverlay() : Rule(16)
{
    public override string Cause =>
        "The network was removed on the host that had created it, after another host had given it its VNI.";

    public override string Repair =>
        "Delete the overlay record and clear its VNI bits, unless another overlay record has the VNI too.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network is { IsMissing: true, Overlay: not null }
        let subnets = (network.Overlay!.Value?.Subnets ?? []).Select(s => $"{s.Subnet} with VNI {s.Vni}")
        select See(network, [network.Overlay!.Entry.Key],
            $"The overlay record of the network {network.Id}, which is gone, is still there: {Listing.Of(subnets)}.") with
        {
            // With its count or endpoints there too, the whole network is a remnant: rule 8.
            OwnedBy = network.Count is not null || !network.Endpoints.IsEmpty ? [network.Id] : [],
            Repairable = network.Endpoints.IsEmpty && network.Overlay.Value is not null,
        };
}
