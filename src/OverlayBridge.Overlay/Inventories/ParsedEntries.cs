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
/// <param name="Keys">In the order of the entries; null for the endpoints.</param>
/// <param name="Endpoints">Likewise; null for other keys, and for endpoints with a prefix, which are left to the slower way.</param>
internal sealed record ParsedEntries(LegacyKey?[] Keys, FiledEndpoint?[] Endpoints)
{
    private const int EntriesAtOnce = 1024;

    public static ParsedEntries Of(ImmutableArray<KeyValueEntry> entries)
    {
        var parsed = new ParsedEntries(new LegacyKey?[entries.Length], new FiledEndpoint?[entries.Length]);
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
            if (LegacyKey.TryEndpoint(entries[i].Utf8Key, out var networkId, out var endpointId))
                Endpoints[i] = new FiledEndpoint(pool.Get(networkId.Span), endpointId, entries[i], Outline(entries[i], endpointId.Span, pool));
            else
                Keys[i] = LegacyKey.Parse(entries[i].Key);
    }

    /// <summary>Null when the value cannot be decoded.</summary>
    public static EndpointOutline? Outline(KeyValueEntry entry, ReadOnlySpan<byte> endpointId, TextPool pool)
    {
        try
        {
            return EndpointOutline.Read(entry, endpointId, pool);
        }
        catch (RecordFormatException)
        {
            return null; // decoded once more where it is filed, and the fault kept
        }
    }
}
