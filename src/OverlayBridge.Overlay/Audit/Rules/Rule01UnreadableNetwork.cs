using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>N is not JSON or lacks a field without which engines die. An empty value is rule 51 first.</summary>
internal sealed class Rule01UnreadableNetwork() : Rule(1)
{
    public override string Cause => "A write that was cut off, or an edit by hand.";

    public override string Repair =>
        "Restore the record from a backup, or rebuild it from the overlay record, the pools and what `docker network inspect` " +
        "still shows; until then no engine sees any global network, and one that restarts may not start.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.IsUnreadable
        let entry = network.Filed!.Entry
        select See(network, [entry.Key],
            $"The record of network {network.Label} cannot be read: {store.FaultOf(entry.Key)}") with
        {
            OwnedBy = [entry.Key],
        };
}
