using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Snapshots;

/// <summary>
/// The history at the end of a snapshot: limits, the oldest index that can be told, how many changes were forgotten, the origins, then the
/// changes, oldest first. Of each only what was before stands there: what came after is what the next change of the same key was made
/// to, or what the store holds.
/// </summary>
internal static class HistoryFormat
{
    private const byte KeyTag = 0;
    private const byte SessionTag = 1;

    /// <param name="flush">Called between records.</param>
    public static void Write(RecordWriter writer, StoreHistory history, Action flush)
    {
        writer.Write(history.Limits);
        writer.Number(history.Floor);
        writer.Number(history.Dropped);
        var origins = new Dictionary<Origin, ulong>();
        foreach (var change in history.All())
            origins.TryAdd(change.By, (ulong)origins.Count);
        writer.Number((ulong)origins.Count);
        foreach (var origin in origins.Keys)
            writer.Write(origin);
        writer.Number((ulong)history.Count);
        var index = 0UL;
        foreach (var change in history.All())
        {
            writer.Number(change.Index - index);
            index = change.Index;
            writer.Number((ulong)change.At);
            writer.Number(origins[change.By]);
            Write(writer, change);
            flush();
        }
    }

    public static StoreHistory Read(ref RecordReader reader, SortedTree<StoreEntry> entries, IReadOnlyDictionary<string, StoreSession> sessions)
    {
        var limits = reader.HistoryLimits();
        var history = StoreHistory.Since(reader.Number(), limits, reader.Number());
        var origins = new Origin[reader.Count()];
        for (var i = 0; i < origins.Length; i++)
            origins[i] = reader.Origin();
        var changes = new RecordedChange[reader.Count()];
        var index = 0UL;
        for (var i = 0; i < changes.Length; i++)
            changes[i] = Change(ref reader, ref index, origins);
        Complete(changes, entries, sessions);
        return history.Append(changes);
    }

    private static void Write(RecordWriter writer, RecordedChange change)
    {
        switch (change)
        {
            case RecordedKeyChange key:
                writer.Byte(KeyTag);
                writer.Bytes(key.Key.Span);
                Optional(key.Before is not null);
                if (key.Before is { } entry)
                    writer.Write(entry);
                break;
            case RecordedSessionChange session:
                writer.Byte(SessionTag);
                writer.Text(session.Id);
                Optional(session.Before is not null);
                if (session.Before is { } former)
                {
                    writer.Write(former);
                    Optional(former.Imported);
                }
                break;
            default:
                throw new ArgumentException($"No form for {change.GetType().Name}.", nameof(change));
        }

        void Optional(bool there) => writer.Byte(there ? (byte)1 : (byte)0);
    }

    private static RecordedChange Change(ref RecordReader reader, ref ulong index, Origin[] origins)
    {
        var start = reader.Position;
        index += reader.Number();
        var (at, origin, tag) = ((long)reader.Number(), reader.Number(), reader.Byte());
        if (origin >= (ulong)origins.Length || tag > SessionTag)
            throw new DamagedDataException($"The change at byte {start} is of a kind, or by somebody, that is not known.");
        var by = origins[origin];
        if (tag == KeyTag)
            return new RecordedKeyChange(index, at, by, reader.Key(), reader.Byte() == 1 ? reader.Entry() : null, null);
        var id = reader.Text();
        return new RecordedSessionChange(
            index, at, by, id, reader.Byte() == 1 ? reader.Session() with { Imported = reader.Byte() == 1 } : null, null);
    }

    /// <summary>Says of each change what came after it, from the newest on.</summary>
    private static void Complete(RecordedChange[] changes, SortedTree<StoreEntry> entries, IReadOnlyDictionary<string, StoreSession> sessions)
    {
        var laterEntries = new Dictionary<StoreKey, StoreEntry?>();
        var laterSessions = new Dictionary<string, StoreSession?>(StringComparer.Ordinal);
        for (var i = changes.Length - 1; i >= 0; i--)
        {
            switch (changes[i])
            {
                case RecordedKeyChange key:
                    changes[i] = key with { After = laterEntries.TryGetValue(key.Key, out var entry) ? entry : entries.Find(key.Key) };
                    laterEntries[key.Key] = key.Before;
                    break;
                case RecordedSessionChange session:
                    changes[i] = session with { After = laterSessions.TryGetValue(session.Id, out var later) ? later : sessions.GetValueOrDefault(session.Id) };
                    laterSessions[session.Id] = session.Before;
                    break;
            }
        }
    }
}
