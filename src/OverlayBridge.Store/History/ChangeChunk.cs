namespace OverlayBridge.Store.History;

/// <summary>
/// A piece of a history that is only ever added to at its end. Versions of a history share it: each knows how many of its changes are its
/// own, and the first that adds one at a place has that place.
/// </summary>
internal sealed class ChangeChunk
{
    private const int Capacity = 256;

    /// <summary>Forgetting frees a whole chunk at a time: so much may be kept in memory too long.</summary>
    private const int MaxBytes = 256 * 1024;

    private readonly RecordedChange[] _changes = new RecordedChange[Capacity];
    private readonly int[] _bytes = new int[Capacity];
    private int _count;

    /// <summary>Of a chunk that is not the last one of a history, and so never changes any more.</summary>
    public int Count => Volatile.Read(ref _count);

    public RecordedChange this[int at] => _changes[at];

    /// <summary>Whether a version that has <paramref name="count"/> of the changes begins a new chunk. It depends on nothing but these.</summary>
    public bool IsFullAt(int count) => count == Capacity || count > 0 && _bytes[count - 1] >= MaxBytes;

    /// <returns>False when the place is taken by another version's change.</returns>
    public bool TryAdd(int at, RecordedChange change)
    {
        if (Interlocked.CompareExchange(ref _count, at + 1, at) != at)
            return false;
        _changes[at] = change;
        _bytes[at] = (at == 0 ? 0 : _bytes[at - 1]) + change.Bytes;
        return true;
    }

    /// <summary>The first changes alone.</summary>
    public ChangeChunk CopyOf(int count)
    {
        var copy = new ChangeChunk { _count = count };
        _changes.AsSpan(0, count).CopyTo(copy._changes);
        _bytes.AsSpan(0, count).CopyTo(copy._bytes);
        return copy;
    }
}
