using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Store;

/// <summary>A complete copy of a store: what every reader of a source produces and every decision starts from.</summary>
/// <param name="Source">Where it was read, as the user wrote it but without secrets: <c>consul://10.0.0.5:8500</c>, <c>file:dump.json</c>.</param>
/// <param name="Index">The store's index at the time of reading; 0 when the source does not say (<c>consul kv export</c>).</param>
/// <param name="Entries">All keys, in byte order of the key, no key twice.</param>
/// <param name="Sessions">All sessions; empty when the source has none to tell.</param>
public sealed record StoreImage(
    string Source,
    ulong Index,
    ImmutableArray<KeyValueEntry> Entries,
    ImmutableArray<SessionEntry> Sessions)
{
    /// <summary>False when the source cannot tell sessions (<c>consul kv export</c>, a <c>?recurse</c> body): then none is not "no session".</summary>
    public bool SessionsKnown { get; init; } = true;

    /// <summary>An empty store.</summary>
    public static StoreImage Empty { get; } = new("", 0, [], []);
}
