using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Json;
using OverlayBridge.Sources.Snapshots;

namespace OverlayBridge.Sources.Dumps;

/// <summary>
/// A dump file, recognised by its content: <c>consul kv export</c>, the body of <c>GET /v1/kv/?recurse</c>, the body of
/// etcd's <c>GET /v2/keys/…?recursive=true</c>, a dump of our own, or what <c>consul snapshot save</c> writes; each also packed by gzip. It is read in one pass and taken whole or not at all.
/// </summary>
internal sealed class DumpSource(string path, string prefix, SourceOptions options) : IStateSource
{
    private static readonly byte[] GzipMagic = [0x1f, 0x8b];

    public string Name => $"file:{path}";

    public string Prefix => prefix;

    public async ValueTask<StoreImage> ReadAsync(CancellationToken token)
    {
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            await using var text = await UnpackAsync(file, token).ConfigureAwait(false);
            await using var bounded = new BoundedStream(text, options.Limits.MaxBytes, Timeout.InfiniteTimeSpan, options.Time);
            var (isSnapshot, content) = await PeekAsync(bounded, token).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            if (isSnapshot)
                return await new SnapshotReader(Name, prefix, options, content).ReadAsync(token).ConfigureAwait(false);
            using var pieces = new JsonPieces(content, options.Limits.MaxEntryBytes);
            return await new DumpReader(Name, prefix, options, pieces).ReadAsync(token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonPieceException or LimitExceededException or IOException or InvalidDataException or SnapshotException or UnauthorizedAccessException)
        {
            throw DumpErrors.From(path, error);
        }
    }

    public void Dispose()
    {
        // Each read opens and closes the file itself.
    }

    private static async ValueTask<Stream> UnpackAsync(FileStream file, CancellationToken token)
    {
        var (head, bytes) = await PeekAsync(file, GzipMagic.Length, token).ConfigureAwait(false);
        return head.AsSpan().StartsWith(GzipMagic) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
    }

    private static async ValueTask<(bool IsSnapshot, Stream Content)> PeekAsync(Stream unpacked, CancellationToken token)
    {
        var (head, bytes) = await PeekAsync(unpacked, TarReader.BlockBytes, token).ConfigureAwait(false);
        return (SnapshotReader.Recognises(head), bytes);
    }

    /// <summary>Looks at the first bytes, of which there may be fewer; the stream given back begins with them again.</summary>
    private static async ValueTask<(byte[] Head, Stream Bytes)> PeekAsync(Stream stream, int count, CancellationToken token)
    {
        // A pipe, so that the first bytes can be looked at although /dev/stdin cannot be read twice.
        var pipe = PipeReader.Create(stream);
        var first = await pipe.ReadAtLeastAsync(count, token).ConfigureAwait(false);
        var head = first.Buffer.Slice(0, Math.Min(count, first.Buffer.Length)).ToArray();
        pipe.AdvanceTo(first.Buffer.Start);
        return (head, pipe.AsStream());
    }
}
