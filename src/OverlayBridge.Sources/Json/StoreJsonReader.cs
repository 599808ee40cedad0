using System.Collections.Immutable;
using System.Text.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Json;

/// <summary>Reads arrays of keys and sessions from a <see cref="JsonPieces"/>, one element in memory at a time.</summary>
internal static class StoreJsonReader
{
    public delegate T ParseElement<out T>(ReadOnlySpan<byte> json, long offset);

    /// <summary>Reads a whole text that is one array of objects.</summary>
    public static async ValueTask ReadDocumentAsync<T>(JsonPieces pieces, ParseElement<T> parse, Action<T, long> add, CancellationToken token)
    {
        await pieces.NextTokenAsync(token).ConfigureAwait(false);
        await ReadArrayAsync(pieces, parse, add, token).ConfigureAwait(false);
        await ExpectEndAsync(pieces, token).ConfigureAwait(false);
    }

    /// <summary>Reads the elements of the array whose start is the piece at hand.</summary>
    public static async ValueTask ReadArrayAsync<T>(JsonPieces pieces, ParseElement<T> parse, Action<T, long> add, CancellationToken token)
    {
        if (pieces.Type != JsonTokenType.StartArray)
            throw new JsonPieceException(pieces.Offset, $"an array is expected here, not {pieces.Type}");
        while (await pieces.NextValueAsync(token).ConfigureAwait(false) && pieces.Type != JsonTokenType.EndArray)
        {
            if (pieces.Type != JsonTokenType.StartObject)
                throw new JsonPieceException(pieces.Offset, $"an object is expected here, not {pieces.Type}");
            add(parse(pieces.Piece, pieces.Offset), pieces.Offset);
        }
    }

    /// <summary>Reads the elements of the array whose start is the piece at hand: keys in Consul's own form.</summary>
    public static ValueTask ReadEntriesAsync(JsonPieces pieces, Action<KeyValueEntry, long> add, CancellationToken token) =>
        ReadArrayAsync(pieces, EntryJson.Parse, (entry, offset) =>
        {
            add(entry, offset);
            TakeExact(pieces, add);
        }, token);

    /// <summary>
    /// Reads what follows an element of an array of keys and stands just as Consul writes it, as far as it was read from the stream. The JSON
    /// reader stays between two elements: it need not see what is taken whole.
    /// </summary>
    public static void TakeExact(JsonPieces pieces, Action<KeyValueEntry, long> add)
    {
        var (entries, taken) = ExactEntry.ReadMany(pieces.Buffered);
        foreach (var (entry, at) in entries)
            add(entry, pieces.Position + at + 1);
        pieces.Skip(taken);
    }

    /// <summary>Reads a whole text that is one array of strings.</summary>
    public static async ValueTask ReadStringsAsync(JsonPieces pieces, int maxStrings, Action<string> add, CancellationToken token)
    {
        await pieces.NextTokenAsync(token).ConfigureAwait(false);
        if (pieces.Type != JsonTokenType.StartArray)
            throw new JsonPieceException(pieces.Offset, $"an array is expected here, not {pieces.Type}");
        for (var count = 0; await pieces.NextValueAsync(token).ConfigureAwait(false) && pieces.Type != JsonTokenType.EndArray; count++)
            add(count < maxStrings ? ObjectFields.StringOf(pieces.Piece, pieces.Offset) : throw new JsonPieceException(pieces.Offset, $"it holds more than {maxStrings} keys"));
        await ExpectEndAsync(pieces, token).ConfigureAwait(false);
    }

    /// <summary>Makes sure that nothing but white space follows.</summary>
    public static async ValueTask ExpectEndAsync(JsonPieces pieces, CancellationToken token)
    {
        if (await pieces.NextTokenAsync(token).ConfigureAwait(false))
            throw new JsonPieceException(pieces.Offset, "there is more behind the end");
    }

    /// <summary>Reads a whole text that is one array of sessions, in the order of their ids.</summary>
    public static async ValueTask<ImmutableArray<SessionEntry>> ReadSessionsAsync(JsonPieces pieces, int maxEntries, CancellationToken token)
    {
        var sessions = new SessionCollector(maxEntries);
        await ReadDocumentAsync(pieces, EntryJson.ParseSession, sessions.Add, token).ConfigureAwait(false);
        return sessions.Finish();
    }
}
