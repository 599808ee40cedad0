using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Json;

/// <summary>Hands on what a reader finds under a prefix as it comes; a key that is not behind the one before it is an error, as nothing is kept to sort.</summary>
internal sealed class EntryStream(string prefix, int maxEntries, Action<KeyValueEntry> each)
{
    private int _seen;
    private KeyValueEntry? _last;

    public void Add(KeyValueEntry entry, long offset)
    {
        if (++_seen > maxEntries)
            throw new JsonPieceException(offset, $"it holds more than {maxEntries} keys");
        if (!entry.KeyStartsWith(prefix))
            return;
        if (_last is not null && KeyValueEntry.CompareKeys(_last, entry) >= 0)
            throw new JsonPieceException(offset, $"the key should stand before {_last.Key}, or stands there twice") { Key = entry.Key };
        _last = entry;
        each(entry);
    }
}
