using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>N is there and C is not.</summary>
internal sealed class Rule04MissingCount() : Rule(4)
{
    public override string Cause =>
        "The key was deleted by hand.";

    public override string Repair =>
        "Create the count with the number of endpoint keys; until then the first container start on the " +
        "network kills that dockerd.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network is { Filed: not null, Count: null }
        select See(network, [network.Filed!.Entry.Key, store.CountKey(network)],
            $"{network.Label} has no endpoint count; it has {network.Endpoints.Length} endpoint keys.");
}
