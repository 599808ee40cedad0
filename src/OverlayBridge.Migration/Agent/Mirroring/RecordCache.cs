using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Mirroring;

/// <summary>
/// Turns the answers of a watched prefix into what is kept of them. A value is decoded once for each change; a damaged one is logged once for each
/// change, and left out. Of a key that has not changed nothing is made, for there are many, and each change of one has all of them read again.
/// </summary>
/// <param name="take">What to keep of a key's value: the one of before is given for its texts; null for nothing.</param>
internal sealed class RecordCache(Func<BridgeKey, KeyValueEntry, object?, object?> take, ILogger log)
{
    private List<Item> known = [];

    /// <summary>A key as it is stored, and what was made of a value of it: of the same index and the same bytes, for a store that was restored gives indexes again.</summary>
    private readonly record struct Item(ReadOnlyMemory<byte> Key, ulong ModifyIndex, int ValueHash, object? Kept);

    /// <summary>For an answer; of several only the one that is finished counts.</summary>
    public Reading Begin() => new(this);

    private object? Decode(KeyValueEntry entry, object? before)
    {
        try
        {
            return BridgeKeys.TryParse(entry.Key) is { } key ? take(key, entry, before) : null;
        }
        catch (BridgeRecordException e)
        {
            log.LogWarning("A record cannot be read and is left out: {Reason}", e.Message);
            return null;
        }
    }

    private static int HashOf(ReadOnlySpan<byte> value)
    {
        var hash = new HashCode();
        hash.AddBytes(value);
        return hash.ToHashCode();
    }

    /// <summary>One answer, from its first key to its last.</summary>
    internal sealed class Reading(RecordCache cache)
    {
        private readonly List<Item> now = new(cache.known.Count + 1);
        private int next;
        private object? last;

        /// <param name="entry">In byte order of the keys.</param>
        public void Add(KeyValueEntry entry)
        {
            var key = entry.Utf8Key;
            var before = cache.known;
            while (next < before.Count && before[next].Key.Span.SequenceCompareTo(key.Span) < 0)
                next++;
            var isKnown = next < before.Count && before[next].Key.Span.SequenceEqual(key.Span);
            var hash = HashOf(entry.Bytes.Span);
            var item = isKnown && before[next].ModifyIndex == entry.ModifyIndex && before[next].ValueHash == hash
                ? before[next]
                : new Item(isKnown ? before[next].Key : key.ToArray(), entry.ModifyIndex, hash, cache.Decode(entry, last));
            last = item.Kept ?? last;
            now.Add(item);
        }

        /// <summary>All that is kept, in the order of the keys.</summary>
        public IReadOnlyList<object> Finish()
        {
            cache.known = now;
            return [.. now.Select(static item => item.Kept).OfType<object>()];
        }
    }
}
