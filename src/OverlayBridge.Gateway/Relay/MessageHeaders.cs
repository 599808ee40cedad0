using System.Buffers;
using System.Globalization;
using System.Text;

namespace OverlayBridge.Gateway.Relay;

/// <summary>What the headers of a message say about where its body ends, and whether the connection ends with it.</summary>
/// <param name="IsClear">No two readers could understand them differently.</param>
/// <param name="Length">Null without a Content-Length.</param>
internal readonly record struct MessageHeaders(bool IsClear, long? Length, bool IsChunked, bool SaysClose, bool SaysKeepAlive)
{
    /// <summary>Of RFC 9110: what a header's name, or a method, is made of.</summary>
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Longer numbers are none that a body could have.</summary>
    private const int MaxDigits = 18;

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExcept(TokenBytes) < 0;

    /// <param name="lines">All lines behind the first, with the empty one.</param>
    public static MessageHeaders Parse(ReadOnlySpan<byte> lines)
    {
        var headers = new MessageHeaders(IsClear: true, null, false, false, false);
        while (NextLine(ref lines, out var line) && !line.IsEmpty)
        {
            var colon = line.IndexOf((byte)':');
            // Also a line that continues the one before: readers differ in what they make of it.
            if (colon <= 0 || !IsToken(line[..colon]))
                return headers with { IsClear = false };
            headers = headers.With(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
        }
        return headers with { IsClear = headers.IsClear && !(headers.IsChunked && headers.Length is not null) };
    }

    /// <summary>Cuts off the first line, without its end.</summary>
    public static bool NextLine(ref ReadOnlySpan<byte> lines, out ReadOnlySpan<byte> line)
    {
        var end = lines.IndexOf((byte)'\n');
        line = end < 0 ? lines : lines[..end];
        lines = end < 0 ? [] : lines[(end + 1)..];
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        return end >= 0;
    }

    private MessageHeaders With(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
            return this with { Length = ParseLength(value), IsClear = IsClear && ParseLength(value) is { } length && (Length ?? length) == length };
        if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
            return this with { IsChunked = true, IsClear = IsClear && !IsChunked && Ascii.EqualsIgnoreCase(value, "chunked"u8) };
        if (!Ascii.EqualsIgnoreCase(name, "Connection"u8))
            return this;
        var (close, keep) = (SaysClose, SaysKeepAlive);
        foreach (var range in value.Split((byte)','))
        {
            close |= Ascii.EqualsIgnoreCase(value[range].Trim(" \t"u8), "close"u8);
            keep |= Ascii.EqualsIgnoreCase(value[range].Trim(" \t"u8), "keep-alive"u8);
        }
        return this with { SaysClose = close, SaysKeepAlive = keep };
    }

    private static long? ParseLength(ReadOnlySpan<byte> value) =>
        value.Length is > 0 and <= MaxDigits && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            ? long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
}
