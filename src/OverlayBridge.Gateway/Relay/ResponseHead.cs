namespace OverlayBridge.Gateway.Relay;

/// <summary>A status line with its headers, as far as a relay has to understand them.</summary>
/// <param name="Bytes">As they came, with the empty line.</param>
/// <param name="IsInterim">Another head follows.</param>
/// <param name="Closes">The connection ends with the answer.</param>
internal sealed record ResponseHead(ReadOnlyMemory<byte> Bytes, bool IsInterim, bool Closes, BodyFramer Body)
{
    private const int SwitchingProtocols = 101;

    /// <param name="bytes">Up to the first empty line.</param>
    /// <param name="toHead">It answers a HEAD.</param>
    public static ResponseHead Parse(ReadOnlyMemory<byte> bytes, bool toHead)
    {
        var lines = bytes.Span;
        MessageHeaders.NextLine(ref lines, out var line);
        var headers = MessageHeaders.Parse(lines);
        if (!headers.IsClear || Status(line) is not { } status || status == SwitchingProtocols)
            return new ResponseHead(bytes, IsInterim: false, Closes: true, BodyFramer.UntilClose());
        if (status < 200)
            return new ResponseHead(bytes, IsInterim: true, Closes: false, BodyFramer.OfLength(0));
        var body = toHead || status is 204 or 304 ? BodyFramer.OfLength(0)
            : headers.IsChunked ? BodyFramer.Chunked()
            : headers.Length is { } length ? BodyFramer.OfLength(length)
            : BodyFramer.UntilClose();
        return new ResponseHead(bytes, IsInterim: false, headers.SaysClose || body.EndsWithConnection, body);
    }

    /// <summary>Null for what is no status line.</summary>
    private static int? Status(ReadOnlySpan<byte> line)
    {
        const int length = 3;
        if (!line.StartsWith("HTTP/1."u8) || line.IndexOf((byte)' ') is not (> 0 and var space) || line.Length < space + 1 + length)
            return null;
        var digits = line.Slice(space + 1, length);
        return digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && digits[0] != '0'
            ? (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0'
            : null;
    }
}
