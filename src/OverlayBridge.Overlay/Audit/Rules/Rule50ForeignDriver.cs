using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>The driver is not overlay, or the IPAM not Docker's own.</summary>
internal sealed class Rule50ForeignDriver() : Rule(50)
{
    public override string Cause =>
        "A plugin (calico, weave, …) or its IPAM made the network.";

    public override string Repair =>
        "None: its keys and counts are judged, its addresses and VNIs are the plugin's.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.Record is not null && !(network.IsOverlay && network.HasOwnPools)
        select See(network, [network.Filed!.Entry.Key],
            $"{network.Label} is of the driver {network.Record!.NetworkType} with the IPAM {network.Record.IpamType}.");
}
