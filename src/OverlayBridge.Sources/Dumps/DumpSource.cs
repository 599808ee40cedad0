using System.IO.Compression;
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
        var (head, bytes) = await PeekedStream.PeekAsync(file, GzipMagic.Length, token).ConfigureAwait(false);
        return head.Span.StartsWith(GzipMagic) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
    }

    private static async ValueTask<(bool IsSnapshot, Stream Content)> PeekAsync(Stream unpacked, CancellationToken token)
    {
        var (head, bytes) = await PeekedStream.PeekAsync(unpacked, TarReader.BlockBytes, token).ConfigureAwait(false);
        return (SnapshotReader.Recognises(head.Span), bytes);
    }
}
