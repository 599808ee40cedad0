namespace OverlayBridge.Sources.Dumps;

/// <summary>
/// A stream whose first bytes were looked at and are given once more, so that what cannot be read twice, like /dev/stdin, can be recognised.
/// All further reads go straight to the stream, in the reader's own pieces.
/// </summary>
internal sealed class PeekedStream : Stream
{
    private readonly Stream _inner;
    private ReadOnlyMemory<byte> _head;

    private PeekedStream(Stream inner, ReadOnlyMemory<byte> head) => (_inner, _head) = (inner, head);

    /// <summary>The first bytes, of which there may be fewer, and a stream that begins with them again.</summary>
    public static async ValueTask<(ReadOnlyMemory<byte> Head, Stream Bytes)> PeekAsync(Stream stream, int count, CancellationToken token)
    {
        var head = new byte[count];
        int length = await stream.ReadAtLeastAsync(head, count, throwOnEndOfStream: false, token).ConfigureAwait(false);
        return (head.AsMemory(0, length), new PeekedStream(stream, head.AsMemory(0, length)));
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _head.IsEmpty ? _inner.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(FromHead(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        _head.IsEmpty ? _inner.Read(buffer, offset, count) : FromHead(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private int FromHead(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _head.Length);
        _head.Span[..count].CopyTo(buffer);
        _head = _head[count..];
        return count;
    }
}
