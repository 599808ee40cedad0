using System.Text;

namespace OverlayBridge.Gateway.Relay;

/// <summary>A request line with its headers, as far as a relay has to understand them.</summary>
/// <param name="Bytes">As they came, with the empty line.</param>
/// <param name="IsClear">Where the request ends is beyond doubt. Else all that the client sends is one request without an end.</param>
/// <param name="IsRead">It changes nothing and has no body: it may be sent again.</param>
/// <param name="IsHead">Its answer has no body, whatever that says.</param>
/// <param name="Closes">The connection is to end with it.</param>
internal sealed record RequestHead(ReadOnlyMemory<byte> Bytes, bool IsClear, bool IsRead, bool IsHead, bool Closes)
{
    private readonly MessageHeaders _headers;

    private RequestHead(ReadOnlyMemory<byte> bytes, MessageHeaders headers, bool isRead, bool isHead, bool closes)
        : this(bytes, IsClear: true, isRead, isHead, closes) => _headers = headers;

    /// <summary>What is no request, or one that readers may take for different ones; for the store to refuse.</summary>
    public static RequestHead Unclear { get; } = new(ReadOnlyMemory<byte>.Empty, IsClear: false, IsRead: false, IsHead: false, Closes: true);

    public BodyFramer Body() =>
        !IsClear ? BodyFramer.UntilClose()
        : _headers.IsChunked ? BodyFramer.Chunked()
        : BodyFramer.OfLength(_headers.Length ?? 0);

    /// <param name="bytes">Up to the first empty line.</param>
    public static RequestHead Parse(ReadOnlyMemory<byte> bytes)
    {
        var lines = bytes.Span;
        MessageHeaders.NextLine(ref lines, out var line);
        var first = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (first < 0 || last <= first + 1 || line[(first + 1)..last].Contains((byte)' '))
            return Unclear;
        var method = line[..first];
        var version = line[(last + 1)..];
        var isOld = version.SequenceEqual("HTTP/1.0"u8);
        var headers = MessageHeaders.Parse(lines);
        if (!MessageHeaders.IsToken(method) || !isOld && !version.SequenceEqual("HTTP/1.1"u8) || !headers.IsClear || isOld && headers.IsChunked || method.SequenceEqual("CONNECT"u8))
            return Unclear;
        var isHead = method.SequenceEqual("HEAD"u8);
        var isRead = (isHead || method.SequenceEqual("GET"u8) || method.SequenceEqual("OPTIONS"u8)) && !headers.IsChunked && headers.Length is null or 0;
        return new RequestHead(bytes, headers, isRead, isHead, isOld ? !headers.SaysKeepAlive : headers.SaysClose);
    }

    /// <summary>The request line, for a log.</summary>
    public override string ToString() => Encoding.ASCII.GetString(Bytes.Span[..Math.Max(0, Bytes.Span.IndexOf((byte)'\n'))]).TrimEnd();
}
