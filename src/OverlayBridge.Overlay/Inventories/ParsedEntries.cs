using System.Collections.Concurrent;
using System.Collections.Immutable;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>
/// The keys of an image taken apart, and its endpoints, which are nearly all of a large store, decoded: on every core, for neither depends on
/// any other entry.
/// </summary>
/// <param name="Keys">In the order of the entries.</param>
/// <param name="Endpoints">Likewise; null for other keys, and for what cannot be decoded.</param>
internal sealed record ParsedEntries(LegacyKey[] Keys, EndpointRecord?[] Endpoints)
{
    private const int EntriesAtOnce = 1024;

    public static ParsedEntries Of(ImmutableArray<KeyValueEntry> entries)
    {
        var parsed = new ParsedEntries(new LegacyKey[entries.Length], new EndpointRecord?[entries.Length]);
        if (entries.Length <= EntriesAtOnce)
            parsed.Fill(entries, 0, entries.Length, new TextPool());
        else
            Parallel.ForEach(Partitioner.Create(0, entries.Length, EntriesAtOnce), static () => new TextPool(), (range, _, pool) =>
            {
                parsed.Fill(entries, range.Item1, range.Item2, pool);
                return pool;
            }, static _ => { });
        return parsed;
    }

    private void Fill(ImmutableArray<KeyValueEntry> entries, int from, int to, TextPool pool)
    {
        for (int i = from; i < to; i++)
        {
            Keys[i] = LegacyKey.Parse(entries[i].Key, pool);
            if (Keys[i] is EndpointKey)
                Endpoints[i] = Decoded(entries[i], pool);
        }
    }

    private static EndpointRecord? Decoded(KeyValueEntry entry, TextPool pool)
    {
        try
        {
            return RecordFormats.Endpoint.Decode(entry, pool);
        }
        catch (RecordFormatException)
        {
            return null; // decoded once more where it is filed, and the fault kept
        }
    }
}
