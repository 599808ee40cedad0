using System.Collections.Immutable;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>C is not the number of endpoint keys, unreadable ones included.</summary>
internal sealed class Rule07WrongCount() : Rule(7)
{
    public override string Cause =>
        "A running container was renamed, an engine crashed or lost the store between two steps, or an edit by hand.";

    public override string Repair => "Write the number of endpoint keys, read just before and after.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var network in store.Networks)
        {
            // Without N, C is a remnant, and not wrong.
            if (network.IsMissing || network.Count is not { Value: { } record } count || record.Count == (ulong)network.Endpoints.Length)
                continue;
            bool low = record.Count < (ulong)network.Endpoints.Length;
            yield return See(network, [count.Entry.Key], Message(network, record, low)) with
            {
                Severity = low ? AuditSeverity.Critical : AuditSeverity.Error,
                OwnedBy = low ? [] : MissingOf(store, network, record.Count - (ulong)network.Endpoints.Length),
            };
        }
    }

    // Running containers whose endpoint is gone (rule 39), when they are just those that are counted too many.
    private static ImmutableArray<string> MissingOf(AuditSubject store, NetworkRecords network, ulong surplus)
    {
        ImmutableArray<string> missing =
        [
            .. store.Engines.OnNetwork(network.Id).Where(l => network.Endpoint(l.Endpoint.EndpointId) is null)
                .Select(l => l.Thing),
        ];
        return (ulong)missing.Length == surplus ? missing : [];
    }

    private static string Message(NetworkRecords network, EndpointCountRecord count, bool low) =>
        $"{network.Label} counts {count.Count} {(count.Count == 1 ? "endpoint" : "endpoints")} but has {network.Endpoints.Length}: " +
        (low ? "`docker network rm` could remove it while it is in use." : "`docker network rm` is refused (\"has active endpoints\").");
}
