namespace OverlayBridge.Sources.Json;

/// <summary>
/// Room for the keys and values of many entries, in blocks that they share: an array for each would be as many objects to move about. What was
/// kept stays as it is; a block lives as long as one of its entries. For one thread.
/// </summary>
/// <param name="expected">Bytes that are likely to be kept: no block is larger without need, so that a few entries hold no more than themselves.</param>
internal sealed class EntryRoom(int expected)
{
    private const int BlockBytes = 1 << 20;

    private byte[] _block = [];
    private int _used;
    private int _left = expected;

    /// <summary>Room for so many bytes, to be written now.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_block.Length - _used < bytes)
        {
            _block = GC.AllocateUninitializedArray<byte>(Math.Max(bytes, Math.Min(_left, BlockBytes)));
            _used = 0;
        }
        return _block.AsSpan(_used, bytes);
    }

    /// <summary>The first so many bytes of what was reserved last, which are kept.</summary>
    public ReadOnlyMemory<byte> Keep(int bytes)
    {
        var kept = _block.AsMemory(_used, bytes);
        _used += bytes;
        _left -= bytes;
        return kept;
    }
}
