using System.Text;
using CsCheck;
using OverlayBridge.Gateway.Recorded;

namespace OverlayBridge.Gateway.Relay;

/// <summary>Requests to a store and answers of one, as they are on the wire.</summary>
internal static class RelayTexts
{
    public const string Get = "GET /v1/kv/docker/nodes?recurse= HTTP/1.1\r\nHost: old:8500\r\n\r\n";
    public const string Poll = "GET /v1/kv/docker/nodes?index=7&wait=15000ms HTTP/1.1\r\nHost: old:8500\r\n\r\n";
    public const string Put = "PUT /v1/kv/docker/x?cas=7 HTTP/1.1\r\nHost: old:8500\r\nContent-Length: 5\r\n\r\nvalue";
    public const string True = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue";

    private static readonly Gen<string> Bytes = Gen.Char[(char)0, (char)255].Array[0, 300].Select(static bytes => new string(bytes));

    private static readonly Gen<string> ChunkedBody = Gen.Select(
        Bytes.Where(static bytes => bytes.Length > 0).Array[0, 4], Gen.OneOf(Gen.Const(""), Gen.Const(";ext=1"), Gen.Const(" ")), Gen.OneOf(Gen.Const(""), Gen.Const("Trailer: 1\r\n")),
        static (chunks, extension, trailer) => $"{string.Concat(chunks.Select(chunk => $"{chunk.Length:X}{extension}\r\n{chunk}\r\n"))}0{extension}\r\n{trailer}\r\n");

    public static readonly Gen<string> RequestText = Gen.OneOf(
        Gen.Const(Get), Gen.Const("DELETE /v1/kv/x HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bytes.Select(static body => $"PUT /v1/kv/x HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        Bytes.Select(static body => $"GET /v1/kv/x HTTP/1.1\nContent-Length: {body.Length}\n\n{body}"),
        ChunkedBody.Select(static body => $"PUT /v1/txn HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n{body}"));

    public static readonly Gen<string> AnswerText = Gen.OneOf(
        Gen.Const(True), Gen.Const("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"), Gen.Const("HTTP/1.1 204 No Content\r\n\r\n"),
        Bytes.Select(static body => $"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 500 x\r\ncontent-length:{body.Length}\r\n\r\n{body}"),
        ChunkedBody.Select(static body => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));

    public static byte[] RequestBytes(Exchange exchange)
    {
        var head = new StringBuilder($"{exchange.Method} {exchange.Target} HTTP/1.1\r\nHost: 127.0.0.1:8500\r\n");
        foreach (var (name, value) in exchange.RequestHeaders)
            head.Append($"{name}: {value}\r\n");
        var body = exchange.Body ?? [];
        if (!exchange.Chunked)
            return [.. Encoding.Latin1.GetBytes($"{head}{(exchange.Body is null ? "" : $"Content-Length: {body.Length}\r\n")}\r\n"), .. body];
        var chunk = body.Length == 0 ? "" : $"{body.Length:x}\r\n{Encoding.Latin1.GetString(body)}\r\n";
        return Encoding.Latin1.GetBytes($"{head}Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    }

    public static byte[] AnswerBytes(Exchange exchange)
    {
        var head = new StringBuilder($"HTTP/1.1 {exchange.Status} Recorded\r\n");
        foreach (var (name, value) in exchange.Headers.Where(static header => header.Key is not ("content-length" or "transfer-encoding" or "connection")))
            head.Append($"{name}: {value}\r\n");
        var hasBody = exchange.Method != "HEAD" && exchange.Status is not (204 or 304);
        return [.. Encoding.Latin1.GetBytes($"{head}Content-Length: {exchange.Answer.Length}\r\n\r\n"), .. hasBody ? exchange.Answer : []];
    }
}
