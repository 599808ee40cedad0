using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>C, O or E without N. An O alone is rule 16 first; empty folder markers are rule 48.</summary>
internal sealed class Rule08Remnant() : Rule(8)
{
    public override string Cause =>
        "N was deleted by hand, or by `docker network rm` while the count was too low, or a crash within " +
        "create or rm.";

    public override string Repair =>
        "Make sure on all hosts that no container runs on it; then delete the endpoints, the overlay record " +
        "and its VNI bits, the count, and the pool that nothing else uses.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var network in store.Networks.Where(n => n.IsMissing))
        {
            var live = network.Endpoints.Count(e => store.Engines.Find(network.Id, e.Id) is not null);
            yield return See(network, [.. Keys(network)], Message(network, live)) with
            {
                Repairable = network.Endpoints.IsEmpty,
                About = [network.Id, .. network.Endpoints.Select(e => e.Thing)],
                // Only O is left: `network rm` on the creating host, which rule 16 tells of.
                OwnedBy = network.Count is null && network.Endpoints.IsEmpty ? [network.Id] : [],
            };
            foreach (var endpoint in network.Endpoints)
                yield return See(endpoint, [endpoint.Key], $"Endpoint {endpoint.Label} belongs to the network {network.Id}, which has no record.") with
                {
                    Repairable = false,
                    OwnedBy = [network.Id],
                };
        }
    }

    private static IEnumerable<string> Keys(NetworkRecords network)
    {
        if (network.Count is { } count)
            yield return count.Entry.Key;
        foreach (var endpoint in network.Endpoints)
            yield return endpoint.Key;
        if (network.Overlay is { } overlay)
            yield return overlay.Entry.Key;
    }

    private static string Message(NetworkRecords network, int live)
    {
        List<string> left = [];
        if (network.Count is { } count)
            left.Add($"its count ({(count.Value is { } c ? c.Count : "unreadable")})");
        if (network.Overlay is { } overlay)
            left.Add($"its overlay record ({string.Join(", ", (overlay.Value?.Subnets ?? []).Select(s => $"{s.Subnet}, VNI {s.Vni}"))})");
        if (!network.Endpoints.IsEmpty)
            left.Add($"{network.Endpoints.Length} endpoint keys");
        return $"The network {network.Id} has no record, but {string.Join(", ", left)} {(left.Count == 1 ? "is" : "are")} still there" +
            (live == 0 ? "." : $"; {live} of the endpoints run: the network's record must come back.");
    }
}
