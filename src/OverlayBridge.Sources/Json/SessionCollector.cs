using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Json;

/// <summary>Gathers sessions and gives them in the order of their ids; an id twice is an error.</summary>
internal sealed class SessionCollector(int maxEntries)
{
    private readonly SortedDictionary<string, SessionEntry> sessions = new(StringComparer.Ordinal);

    public void Add(SessionEntry session, long offset)
    {
        if (sessions.Count == maxEntries)
            throw new JsonPieceException(offset, $"it holds more than {maxEntries} sessions");
        if (!sessions.TryAdd(session.Id, session))
            throw new JsonPieceException(offset, "the session stands there twice") { Key = session.Id };
    }

    public ImmutableArray<SessionEntry> Finish() => [.. sessions.Values];
}
