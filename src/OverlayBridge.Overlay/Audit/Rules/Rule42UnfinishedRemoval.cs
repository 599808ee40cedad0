using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>N says inDelete: hidden from `docker network ls`, and removed by force by any engine that starts.</summary>
internal sealed class Rule42UnfinishedRemoval() : Rule(42)
{
    public override string Cause =>
        "An engine crashed within `docker network rm`.";

    public override string Repair =>
        "While no endpoint of it runs, let the next engine start finish the removal; otherwise set inDelete " +
        "to false and restore the pools in the record.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.Record is { InDelete: true }
        select See(network, [network.Filed!.Entry.Key],
            $"A removal of {network.Label} has begun and not ended; it has {network.Endpoints.Length} endpoint keys.");
}
