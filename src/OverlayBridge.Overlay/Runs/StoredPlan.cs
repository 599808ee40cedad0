using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>
/// A plan as the store keeps it for its run: JSON, compressed by gzip, in chunks that stay well below the store's limit of one value. Equal plans give
/// equal bytes.
/// </summary>
public sealed record StoredPlan(string Digest, ImmutableArray<ReadOnlyMemory<byte>> Chunks)
{
    /// <summary>Half of what a value may have.</summary>
    public const int ChunkBytes = BridgeRecords.MaxValueLength / 2;

    /// <summary>1,000 hosts with 20,000 containers need 3.</summary>
    public const int MaxChunks = 64;

    /// <summary>The largest plan that is looked at, unpacked.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    public static StoredPlan Of(MigrationPlan plan)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            JsonSerializer.Serialize(gzip, plan, StoredPlanJson.Default.MigrationPlan);
        var bytes = packed.ToArray();
        return new(DigestOf(bytes), [.. Enumerable.Range(0, (bytes.Length + ChunkBytes - 1) / ChunkBytes)
            .Select(at => new ReadOnlyMemory<byte>(bytes, at * ChunkBytes, Math.Min(ChunkBytes, bytes.Length - at * ChunkBytes)))]);
    }

    /// <summary>Puts a plan together again.</summary>
    /// <param name="key">Of the run; for the error only.</param>
    /// <exception cref="BridgeRecordException">It is not the plan that the run's record names.</exception>
    public static MigrationPlan Read(string key, string digest, IReadOnlyList<ReadOnlyMemory<byte>> chunks)
    {
        var bytes = chunks.SelectMany(static chunk => chunk.ToArray()).ToArray();
        if (DigestOf(bytes) != digest)
            throw new BridgeRecordException(key, null, "the plan's chunks are not those that the run was started with");
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var limited = new MemoryStream();
            CopyLimited(key, gzip, limited);
            return JsonSerializer.Deserialize(limited.GetBuffer().AsSpan(0, (int)limited.Length), StoredPlanJson.Default.MigrationPlan)
                ?? throw new BridgeRecordException(key, null, "the plan is null");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new BridgeRecordException(key, null, $"the plan cannot be read: {e.Message}", e);
        }
    }

    private static void CopyLimited(string key, Stream from, MemoryStream to)
    {
        var block = new byte[64 * 1024];
        for (int read; (read = from.Read(block)) > 0;)
        {
            if (to.Length + read > MaxBytes)
                throw new BridgeRecordException(key, null, $"the plan has more than {MaxBytes} bytes");
            to.Write(block, 0, read);
        }
    }

    private static string DigestOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true,
    MaxDepth = 16,
    Converters = [typeof(IPAddressJsonConverter), typeof(IPNetworkJsonConverter), typeof(MacAddressJsonConverter)])]
[JsonSerializable(typeof(MigrationPlan))]
internal sealed partial class StoredPlanJson : JsonSerializerContext;
