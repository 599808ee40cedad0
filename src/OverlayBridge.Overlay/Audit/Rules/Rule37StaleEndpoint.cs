using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>An asked engine is the endpoint's host and runs no container with it.</summary>
internal sealed class Rule37StaleEndpoint() : Rule(37)
{
    public override string Cause =>
        "An engine crashed within a start, or a clean-up failed.";

    public override string Repair =>
        "Run `docker network disconnect -f NETWORK NAME` on an engine that lives.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Engines.All.IsEmpty ? [] : store.Networks
        from endpoint in network.Readable
        let engine = store.Engines.OfHost(endpoint.Locator)
        where engine is not null && store.Engines.Find(network.Id, endpoint.Id) is null
        let recorded = endpoint.Record!.Sandbox
        let sandbox = engine!.Containers.FirstOrDefault(c => c.Running && c.SandboxId.Length > 0 && c.SandboxId == recorded)
        select See(endpoint, [endpoint.Key],
            $"{endpoint.Label} of {network.Label} is on {endpoint.Locator}, but {engine.Uri} runs no container with it" +
            (sandbox is null ? "." : $"; {sandbox.Name} has its sandbox, with other endpoints."));
}
