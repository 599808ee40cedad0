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

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        from endpoint in network.Readable
        let outline = endpoint.Outline!
        where !outline.HasSandbox || !outline.HasJoinInfo
        let live = store.Engines.Find(network.Id, endpoint.Id)
        select See(endpoint, [endpoint.Key],
            $"{endpoint.Label} of {network.Label} has {(!outline.HasSandbox ? "no sandbox" : "no join information")}" +
            (live is null ? ": it never joined, or has left." : $", but runs: {live.Label}.")) with
        {
            Repair = live is null ? Repair : "None while it runs; restarting the container writes the record anew.",
            OwnedBy = [endpoint.Thing],
        };
}
