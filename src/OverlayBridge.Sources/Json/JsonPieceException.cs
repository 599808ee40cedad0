using System.Globalization;
using System.Text.Json;

namespace OverlayBridge.Sources.Json;

/// <summary>A JSON text is not what was expected. Stays inside this project: readers turn it into a <see cref="SourceException"/>.</summary>
/// <param name="offset">Bytes from the start of the text.</param>
internal sealed class JsonPieceException(long offset, string reason, JsonException? inner = null) : Exception(reason, inner)
{
    public long Offset { get; } = offset;

    /// <summary>The text ends too early, and has no other fault.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>The key of the entry the fault is in, when that could be read.</summary>
    public string? Key { get; init; }

    /// <summary>For a person: <c>byte 5120, line 17</c>; the line only where the JSON reader knows it.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"byte {Offset}{(inner?.LineNumber is { } line ? $", line {line + 1}" : "")}{(Key is null ? "" : $", key '{Key}'")}");
}
