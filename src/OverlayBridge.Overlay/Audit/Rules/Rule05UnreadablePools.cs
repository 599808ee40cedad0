using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>P is not JSON.</summary>
internal sealed class Rule05UnreadablePools() : Rule(5)
{
    public override string Cause =>
        "A write that was cut off, or an edit by hand.";

    public override string Repair =>
        "Rebuild the record from the pools that all networks name; until then every request for an address or " +
        "a pool fails.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from filed in store.Store.PoolConfigurations.Values
        where filed.Value is null
        let key = filed.Entry.Key
        select See(Thing.Key(key), [key], $"The pool configuration cannot be read: {store.FaultOf(key)}") with
        {
            // Only networks that can be read tell their pools.
            Repairable = !store.Networks.Any(n => n.IsUnreadable),
        };
}
