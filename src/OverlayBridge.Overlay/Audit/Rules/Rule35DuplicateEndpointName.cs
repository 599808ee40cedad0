using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Two endpoints of one network with one name.</summary>
internal sealed class Rule35DuplicateEndpointName() : Rule(35)
{
    public override string Cause =>
        "Two engines started it at once, or an endpoint record was unreadable; some do it on purpose, for DNS " +
        "then answers with all.";

    public override string Repair =>
        "None, if it is meant; note that `docker network disconnect -f` takes the first one that it finds.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        var repeated = new Repeated<string>();
        return store.Networks.SelectMany(network => repeated.Of(network.Endpoints, NameOf).SelectMany(name => See(network, name.Key, [.. name])));
    }

    public override Observation? Head(ImmutableArray<Observation> members) => members.Single(m => m.Subject == m.Group);

    private static bool NameOf(EndpointRecords endpoint, out string name)
    {
        name = endpoint.Outline?.Name ?? "";
        return name.Length > 0;
    }

    private IEnumerable<Observation> See(NetworkRecords network, string name, ImmutableArray<EndpointRecords> endpoints)
    {
        var head = See($"{network.Id} {name}", [.. endpoints.Select(e => e.Key)],
            $"{endpoints.Length} endpoints of {network.Label} have the name {name}: " +
            $"{Listing.Of(endpoints.Select(e => $"{NetworkRecords.Short(e.Id)} with {e.Record!.Interface?.Address ?? "no address"}"))}.") with
        {
            Network = network.Named,
            Group = $"{network.Id} {name}",
        };
        yield return head;
        foreach (var endpoint in endpoints)
            yield return head with { Subject = endpoint.Thing, Keys = [endpoint.Key] };
    }
}
