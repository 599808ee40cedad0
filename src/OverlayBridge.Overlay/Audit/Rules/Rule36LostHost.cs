using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Endpoints whose locator is the address of no D, but for those that the bridge wrote. Without any D or its folder, discovery is kept elsewhere (kv.path).</summary>
internal sealed class Rule36LostHost() : Rule(36)
{
    public override string Cause =>
        "The host is gone, was cut off for longer than the registration lives, or has changed its advertise " +
        "address.";

    public override string Repair =>
        "Ask who knows the host first; if it is gone, run `docker network disconnect -f NETWORK NAME` for " +
        "each endpoint on an engine that lives.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var network in store.Hosts.IsKept ? store.Networks : [])
            foreach (var endpoint in network.Endpoints)
                if (endpoint.Locator is { Length: > 0 } host && !store.Hosts.IsRegistered(host) && !BridgeEndpoint.IsMarked(host))
                    yield return See(network, endpoint, host, store.Engines.OfHost(host));
    }

    private Observation See(NetworkRecords network, EndpointRecords endpoint, string host, EngineFacts? engine) =>
        See(endpoint, [endpoint.Key], $"{endpoint.Label} of {network.Label} is on {host}, which is not registered.") with
        {
            Group = host,
            Severity = About.Severity,
            Cause = engine is not null ? $"The engine {engine.Uri} answers, but does not register its host." : Cause,
            Repair = engine is not null ? "None in the store: look why the engine does not register (cluster-advertise)." : Repair,
            RepairableWith = engine is not null ? [] : About.RepairableWith,
        };

    public override Observation? Head(ImmutableArray<Observation> members)
    {
        string host = members[0].Group!;
        var networks = members.Select(m => m.Network!).Distinct().ToList();
        return members[0] with
        {
            Subject = host,
            Keys = [.. members.SelectMany(m => m.Keys)],
            Message = $"The host {host} is not registered, and {members.Length} {(members.Length == 1 ? "endpoint names" : "endpoints name")} it, on " +
                $"{Listing.Of(networks.Select(n => NetworkRecords.LabelOf(n.Name, n.Id)))}: their addresses, names and counts stay held.",
            Network = networks.Count == 1 ? networks[0] : null,
        };
    }
}
