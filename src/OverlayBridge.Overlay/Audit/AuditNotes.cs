using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit;

/// <summary>What an audit could not judge, and what is worth knowing without being a fault.</summary>
internal static class AuditNotes
{
    public static ImmutableArray<string> Of(AuditSubject store, ImmutableArray<Observation> restless) =>
        [.. Restless(restless), .. Hosts(store), .. Unasked(store), .. Encrypted(store)];

    private static IEnumerable<string> Restless(ImmutableArray<Observation> restless)
    {
        if (!restless.IsEmpty)
            yield return $"{restless.Length} faults were not judged, for their records changed between the two reads: " +
                $"{Listing.Of(restless.Select(o => $"{o.Rule.Id} {o.Subject}"))}. Audit again at a quieter time.";
    }

    private static IEnumerable<string> Hosts(AuditSubject store)
    {
        if (!store.Hosts.IsKept && store.Networks.Any(n => !n.Endpoints.IsEmpty))
            yield return "No host is registered under docker/nodes, so it cannot be told which are lost: discovery is kept elsewhere (kv.path), or the dump lacks it.";
    }

    private static IEnumerable<string> Unasked(AuditSubject store)
    {
        if (store.Engines.All.IsEmpty)
            yield break;
        var hosts = store.Networks.SelectMany(n => n.Readable).Select(e => e.Locator).Where(l => l.Length > 0)
            .Distinct().Where(l => store.Engines.OfHost(l) is null).Order(KeyOrder.Instance).ToList();
        if (hosts.Count > 0)
            yield return $"Engines of {hosts.Count} hosts with endpoints were not asked: {Listing.Of(hosts)}.";
    }

    private static IEnumerable<string> Encrypted(AuditSubject store) =>
        from network in store.Networks
        where network is { IsOverlay: true, Overlay.Value.Secure: true, Endpoints.IsEmpty: true }
        select $"{network.Label} is encrypted: no legacy engine can join it.";
}
