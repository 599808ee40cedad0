using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>E is not JSON or lacks a field without which engines die. An empty value is rule 51 first.</summary>
internal sealed class Rule02UnreadableEndpoint() : Rule(2)
{
    public override string Cause => "A write that was cut off, or an edit by hand.";

    public override string Repair =>
        "Write the record anew from `docker inspect` on the container's host; if there is no such container, delete the key, " +
        "then treat its address and the count as leaked. Until then the whole network shows no endpoints.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var network in store.Networks)
            foreach (var endpoint in network.Endpoints)
                if (endpoint.Outline is null)
                    yield return See(endpoint, [endpoint.Key],
                        $"The record of endpoint {endpoint.Label} of network {network.Label} cannot be read: {store.FaultOf(endpoint.Key)}") with
                    {
                        OwnedBy = [endpoint.Key],
                    };
    }
}
