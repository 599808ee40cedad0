using System.IO.Compression;
using System.IO.Pipelines;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Dumps;

/// <summary>
/// A dump file, recognised by its content: <c>consul kv export</c>, the body of <c>GET /v1/kv/?recurse</c>, or a dump of our
/// own; each also packed by gzip. It is read in one pass and taken whole or not at all.
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
            using var pieces = new JsonPieces(bounded, options.Limits.MaxEntryBytes);
            return await new DumpReader(Name, prefix, options, pieces).ReadAsync(token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonPieceException or LimitExceededException or IOException or InvalidDataException or UnauthorizedAccessException)
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
        // A pipe, so that the first bytes can be looked at although /dev/stdin cannot be read twice.
        var pipe = PipeReader.Create(file);
        var first = await pipe.ReadAtLeastAsync(GzipMagic.Length, token).ConfigureAwait(false);
        var packed = first.Buffer.Length >= GzipMagic.Length && StartsWithMagic(first.Buffer);
        pipe.AdvanceTo(first.Buffer.Start);
        var bytes = pipe.AsStream();
        return packed ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
    }

    private static bool StartsWithMagic(System.Buffers.ReadOnlySequence<byte> bytes)
    {
        var reader = new System.Buffers.SequenceReader<byte>(bytes);
        return reader.IsNext(GzipMagic);
    }
}
