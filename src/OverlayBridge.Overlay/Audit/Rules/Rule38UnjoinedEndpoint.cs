using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>An endpoint without sandbox or join information, for longer than a start or stop takes.</summary>
internal sealed class Rule38UnjoinedEndpoint() : Rule(38)
{
    public override string Cause =>
        "An engine crashed within a start or stop, or could not reach the store in the middle of it.";

    public override string Repair =>
        "Run `docker network disconnect -f NETWORK NAME` on an engine that lives, after making sure that no " +
        "container runs with it.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var network in store.Networks)
            foreach (var endpoint in network.Endpoints)
                if (endpoint.Outline is { } outline && !(outline.HasSandbox && outline.HasJoinInfo))
                    yield return See(network, endpoint, outline.HasSandbox ? "no join information" : "no sandbox", store.Engines.Find(network.Id, endpoint.Id));
    }

    private Observation See(NetworkRecords network, EndpointRecords endpoint, string lacking, LiveEndpoint? live) =>
        See(endpoint, [endpoint.Key],
            $"{endpoint.Label} of {network.Label} has {lacking}" + (live is null ? ": it never joined, or has left." : $", but runs: {live.Label}.")) with
        {
            Repair = live is null ? Repair : "None while it runs; restarting the container writes the record anew.",
            RepairableWith = live is null ? About.RepairableWith : [],
            OwnedBy = [endpoint.Thing],
        };
}
