namespace OverlayBridge.Sources.Json;

/// <summary>
/// A read-only stream that refuses to give more than a number of bytes, and to wait longer than a time for the next ones:
/// a limit for what comes from outside.
/// </summary>
/// <param name="idle">Longest wait for the next bytes; infinite for files.</param>
internal sealed class BoundedStream(Stream inner, long maxBytes, TimeSpan idle, TimeProvider time) : Stream
{
    /// <summary>Bytes given so far.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = idle == Timeout.InfiniteTimeSpan
            ? await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)
            : await ReadInTimeAsync(buffer, cancellationToken).ConfigureAwait(false);
        Count += count;
        return Count <= maxBytes ? count : throw new LimitExceededException(maxBytes);
    }

    private async ValueTask<int> ReadInTimeAsync(Memory<byte> buffer, CancellationToken token)
    {
        using var timeout = new CancellationTokenSource(idle, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token);
        try
        {
            return await inner.ReadAsync(buffer, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw new TimeoutException($"no further bytes for {idle.TotalSeconds:0.#} s after byte {Count}");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("only asynchronous reads");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>More came from outside than is taken; readers turn it into a <see cref="SourceException"/>.</summary>
internal sealed class LimitExceededException(long maxBytes) : Exception($"it is larger than {maxBytes} bytes")
{
    public long MaxBytes { get; } = maxBytes;
}
