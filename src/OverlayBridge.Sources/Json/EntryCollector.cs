using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Json;

/// <summary>Gathers what a reader finds, keeps only the keys under a prefix, and gives it in byte order of the key; a key twice is an error.</summary>
internal sealed class EntryCollector(string prefix, int maxEntries)
{
    private readonly List<(KeyValueEntry Entry, long Offset)> kept = [];
    private int entries;
    private bool ordered = true;

    /// <summary>All keys seen, those outside the prefix included.</summary>
    public int Seen => entries;

    /// <summary>Keys under the prefix.</summary>
    public int Kept => kept.Count;

    /// <summary>A key outside the prefix, for the message when none is inside.</summary>
    public string? Outside { get; private set; }

    public void Add(KeyValueEntry entry, long offset)
    {
        if (++entries > maxEntries)
            throw new JsonPieceException(offset, $"it holds more than {maxEntries} keys");
        if (!entry.KeyStartsWith(prefix))
        {
            Outside = Outside is null || entry.Key.Contains(StateUri.LegacyRoot, StringComparison.Ordinal) ? entry.Key : Outside;
            return;
        }
        ordered = ordered && (kept.Count == 0 || KeyValueEntry.CompareKeys(kept[^1].Entry, entry) < 0);
        kept.Add((entry, offset));
    }

    public ImmutableArray<KeyValueEntry> Finish()
    {
        if (!ordered)
        {
            kept.Sort(static (x, y) => KeyValueEntry.CompareKeys(x.Entry, y.Entry) is var order and not 0 ? order : x.Offset.CompareTo(y.Offset));
            for (var i = 1; i < kept.Count; i++)
                if (kept[i].Entry.Key == kept[i - 1].Entry.Key)
                    throw new JsonPieceException(kept[i].Offset, $"the key stands there twice, first at byte {kept[i - 1].Offset}") { Key = kept[i].Entry.Key };
        }
        var result = ImmutableArray.CreateBuilder<KeyValueEntry>(kept.Count);
        foreach (var (entry, _) in kept)
            result.Add(entry);
        return result.MoveToImmutable();
    }
}
