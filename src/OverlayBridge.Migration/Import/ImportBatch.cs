using System.Buffers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>One request to <c>PUT /v1/overlaybridge/import</c>: applied at once or not at all.</summary>
/// <param name="Body">NDJSON, a line for each operation.</param>
/// <param name="Keys">How many of its operations set or delete a key.</param>
internal readonly record struct ImportBatch(ReadOnlyMemory<byte> Body, int Keys)
{
    /// <summary>The route's own limits of one request.</summary>
    public const int MaxBytes = 4 << 20;
    public const int MaxLines = 10_000;

    /// <summary>Largest value that the store takes, Consul's own limit (<c>kv_max_value_size</c>).</summary>
    public const int MaxValueBytes = 512 << 10;

    /// <summary>Cuts operations into as few requests as fit the limits, in order.</summary>
    public static IEnumerable<ImportBatch> Split(IEnumerable<ImportOperation> operations, int maxBytes = MaxBytes, int maxLines = MaxLines)
    {
        var (line, body) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        var (lines, keys) = (0, 0);
        foreach (var operation in operations)
        {
            line.ResetWrittenCount();
            operation.WriteLine(line);
            if (lines > 0 && (lines == maxLines || body.WrittenCount + line.WrittenCount > maxBytes))
            {
                yield return new(body.WrittenSpan.ToArray(), keys);
                body.ResetWrittenCount();
                (lines, keys) = (0, 0);
            }
            body.Write(line.WrittenSpan);
            (lines, keys) = (lines + 1, keys + (operation is ImportOperation.SetKey or ImportOperation.DeleteKey ? 1 : 0));
        }
        if (lines > 0)
            yield return new(body.WrittenSpan.ToArray(), keys);
    }

    /// <summary>Refuses a plan with a value that the store would refuse, before anything is changed.</summary>
    /// <exception cref="SourceException">Names the key.</exception>
    public static void RequireAcceptable(ImportPlan plan, string source)
    {
        foreach (var operation in plan.Operations)
            if (operation is ImportOperation.SetKey { Entry: var entry } && entry.Bytes.Length > MaxValueBytes)
                throw new SourceException(
                    $"{source} holds a value that is too large.",
                    $"Key '{entry.Key}' has {entry.Bytes.Length} bytes; at most {MaxValueBytes} can be stored.",
                    "Engines write no such values: look at what this key is, and leave it out with --prefix or delete it.");
    }
}
