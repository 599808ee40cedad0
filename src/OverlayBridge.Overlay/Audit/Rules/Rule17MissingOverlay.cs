using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>N is an overlay network and O is missing, or cannot be decoded.</summary>
internal sealed class Rule17MissingOverlay() : Rule(17)
{
    public override string Cause =>
        "The key was deleted or edited by hand.";

    public override string Repair =>
        "Rebuild the record from the IPv4 pools of the network, with the VNI that a host which runs one of " +
        "its containers has (`ip -d link` in the overlay namespace); with VNI 0 only if no container runs.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.IsOverlay && network.Overlay?.Value is null
        let key = store.OverlayKey(network)
        select See(network, [network.Filed!.Entry.Key, network.Overlay?.Entry.Key ?? key],
            network.Overlay is null
                ? $"{network.Label} has no overlay record: engines that do not have it in memory fail with \"network id not found\"."
                : $"The overlay record of {network.Label} cannot be read: {store.FaultOf(network.Overlay.Entry.Key)}") with
        {
            OwnedBy = [network.Id, key],
        };
}
