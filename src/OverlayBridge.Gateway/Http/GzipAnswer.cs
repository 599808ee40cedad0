using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Microsoft.AspNetCore.Http;

namespace OverlayBridge.Gateway.Http;

/// <summary>Bodies packed with gzip (RFC 1952), for clients that take it: those written in Go ask for it with every request.</summary>
internal static class GzipAnswer
{
    /// <summary>
    /// So short a body is stored in the format as it is: packing saves no more than the bytes around it, and making a compressor ready takes a
    /// quarter of a megabyte.
    /// </summary>
    private const int MaxStored = 160;

    private const int StoredHeader = 15;
    private const int Trailer = 8;

    /// <summary>Whether the client takes it.</summary>
    public static bool IsTaken(HttpRequest request)
    {
        var accepted = request.Headers.AcceptEncoding;
        if (accepted.Count == 0)
            return false;
        if (accepted.Count == 1 && accepted[0] == "gzip")
            return true;
        return request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is null or > 0);
    }

    public static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> body) => body.Length <= MaxStored ? Store(body) : Compress(body);

    private static byte[] Store(ReadOnlySpan<byte> body)
    {
        var packed = new byte[StoredHeader + body.Length + Trailer];
        // Mark, deflate, no flags, no time, no hints, system unknown; then one last block that is stored (RFC 1951, 3.2.4), its length and that inverted.
        ReadOnlySpan<byte> head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
        head.CopyTo(packed);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(head.Length), (ushort)body.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(head.Length + 2), (ushort)~body.Length);
        body.CopyTo(packed.AsSpan(StoredHeader));
        var end = packed.AsSpan(StoredHeader + body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end, Crc32.HashToUInt32(body));
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], (uint)body.Length);
        return packed;
    }

    private static ReadOnlyMemory<byte> Compress(ReadOnlySpan<byte> body)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body);
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }
}
