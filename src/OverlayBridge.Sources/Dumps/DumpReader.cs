using System.Text.Json;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Etcd;
using OverlayBridge.Sources.Json;
using OverlayBridge.Sources.Trees;

namespace OverlayBridge.Sources.Dumps;

/// <summary>Tells the kinds of dumps apart by their content and reads them.</summary>
internal sealed class DumpReader(string name, string prefix, SourceOptions options, JsonPieces pieces)
{
    private const int ProgressEveryKeys = 4096;
    private const int HeadBytes = 512;

    private readonly EntryCollector entries = new(prefix, options.Limits.MaxEntries);
    private readonly SessionCollector sessions = new(options.Limits.MaxEntries);

    public async ValueTask<StoreImage> ReadAsync(CancellationToken token)
    {
        var head = await pieces.PeekAsync(HeadBytes, token).ConfigureAwait(false);
        if (DumpErrors.NotJson(head.Span) is { } problem)
            throw problem.At(name);
        if (head.Span.StartsWith(DumpErrors.ByteOrderMark))
            pieces.Skip(DumpErrors.ByteOrderMark.Length);
        await pieces.NextTokenAsync(token).ConfigureAwait(false);
        var image = pieces.Type == JsonTokenType.StartArray
            ? await ReadArrayAsync(token).ConfigureAwait(false)
            : await ReadObjectAsync(token).ConfigureAwait(false);
        await StoreJsonReader.ExpectEndAsync(pieces, token).ConfigureAwait(false);
        return entries.Seen > 0 && image.Entries.IsEmpty ? throw DumpErrors.NothingUnder(name, prefix, entries) : image;
    }

    private async ValueTask<StoreImage> ReadArrayAsync(CancellationToken token)
    {
        StoreJsonReader.ParseElement<KeyValueEntry>? parse = null;
        await StoreJsonReader.ReadArrayAsync(pieces, (json, offset) => (parse ??= Dialect(json, offset))(json, offset), (entry, offset) =>
        {
            Add(entry, offset);
            if (parse == EntryJson.Parse)
                StoreJsonReader.TakeExact(pieces, Add);
        }, token).ConfigureAwait(false);
        var found = entries.Finish();
        // The header with the index is not in the file: the newest key gives the least it can have been.
        var index = found.IsEmpty ? 0 : found.Max(static entry => entry.ModifyIndex);
        return new(name, index, found, []) { SessionsKnown = false };
    }

    private StoreJsonReader.ParseElement<KeyValueEntry> Dialect(ReadOnlySpan<byte> json, long offset)
    {
        var names = new List<string>();
        var fields = new ObjectFields(json, offset);
        while (fields.Next())
        {
            names.Add(fields.Name);
            fields.Skip();
        }
        if (names.Contains("Key"))
            return EntryJson.Parse;
        if (names.Contains("key"))
            return EntryJson.ParseExport;
        throw DumpErrors.UnknownElement(names).At(name);
    }

    private async ValueTask<StoreImage> ReadObjectAsync(CancellationToken token)
    {
        var (version, index, hasEntries, hasSessions) = (0UL, 0UL, false, false);
        TreeCollector? tree = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (await pieces.NextTokenAsync(token).ConfigureAwait(false) && pieces.Type == JsonTokenType.PropertyName)
        {
            var (field, place) = (ObjectFields.StringOf(pieces.Piece, pieces.Offset), pieces.Offset);
            if (seen.Count == 0 && DumpErrors.ForeignObject(field) is { } foreign)
                throw foreign.At(name);
            if (!seen.Add(field))
                throw new JsonPieceException(place, $"'{field}' stands there twice");
            switch (field)
            {
                case "node":
                    var nodes = tree = new(entries);
                    await new EtcdTreeReader(pieces, (node, offset) =>
                    {
                        nodes.Add(node, offset);
                        ReportProgress(offset);
                    }).ReadAsync(token).ConfigureAwait(false);
                    break;
                case "formatVersion":
                    version = await NumberAsync(field, token).ConfigureAwait(false);
                    if (version != DumpWriter.FormatVersion)
                        throw DumpErrors.NewerFormat(version).At(name);
                    break;
                case "index":
                    index = await NumberAsync(field, token).ConfigureAwait(false);
                    break;
                case "entries":
                    hasEntries = true;
                    await pieces.NextTokenAsync(token).ConfigureAwait(false);
                    await StoreJsonReader.ReadEntriesAsync(pieces, Add, token).ConfigureAwait(false);
                    break;
                case "sessions":
                    // A dump of a source that knows no sessions says null here.
                    hasSessions = await pieces.NextTokenAsync(token).ConfigureAwait(false) && pieces.Type != JsonTokenType.Null;
                    if (hasSessions)
                        await StoreJsonReader.ReadArrayAsync(pieces, EntryJson.ParseSession, sessions.Add, token).ConfigureAwait(false);
                    break;
                default:
                    await pieces.NextValueAsync(token).ConfigureAwait(false);
                    break;
            }
        }
        if (tree is not null && version == 0)
            return tree.Finish(name, null);
        if (version == 0 || !hasEntries)
            throw DumpErrors.UnknownElement([.. seen]).At(name);
        return new(name, index, entries.Finish(), sessions.Finish()) { SessionsKnown = hasSessions };
    }

    private async ValueTask<ulong> NumberAsync(string field, CancellationToken token)
    {
        await pieces.NextValueAsync(token).ConfigureAwait(false);
        return ObjectFields.UInt64Of(pieces.Piece, pieces.Offset, field);
    }

    private void Add(KeyValueEntry entry, long offset)
    {
        entries.Add(entry, offset);
        ReportProgress(offset);
    }

    private void ReportProgress(long offset)
    {
        if (entries.Seen % ProgressEveryKeys == 0)
            options.Progress?.Report(new($"reading {name}", entries.Seen, null, offset));
    }
}
