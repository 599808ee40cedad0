using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>C is not JSON.</summary>
internal sealed class Rule03UnreadableCount() : Rule(3)
{
    public override string Cause =>
        "A write that was cut off, or an edit by hand.";

    public override string Repair =>
        "Write the number of endpoint keys of the network; until then no engine knows the count of any " +
        "network, and `docker network rm` and starts crash on all of them.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.Count is { Value: null }
        let key = network.Count!.Entry.Key
        select See(network, [key],
            $"The endpoint count of {network.Label}, which has {network.Endpoints.Length} endpoint keys, cannot be read: {store.FaultOf(key)}");
}
