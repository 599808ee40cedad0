using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace OverlayBridge.Gateway.Recorded;

/// <summary>Sends a recorded request to the gateway and compares the answers.</summary>
internal static class Replay
{
    /// <summary>They are listed by their ids, which are random.</summary>
    private const string Sessions = "[{\"ID\":\"";

    private static readonly string[] ComparedHeaders =
        ["content-type", "content-encoding", "location", "allow", "x-consul-index", "x-consul-knownleader", "x-consul-lastcontact"];

    /// <summary>What the gateway answers otherwise than Consul did; null when nothing.</summary>
    /// <param name="leader">The leader's address in the recording.</param>
    /// <param name="secret">Of the token that the request bears; null for none.</param>
    public static async Task<string?> DifferenceAsync(TestGateway gateway, Exchange exchange, IndexNames names, string leader, string? secret, CancellationToken cancellationToken)
    {
        using var request = gateway.Request(exchange.Method, Target(exchange, names, secret));
        if (exchange.Body is not null)
            request.Content = new ByteArrayContent(names.Translate(exchange.Body));
        request.Headers.TransferEncodingChunked = exchange.Chunked ? true : null;
        foreach (var (name, value) in exchange.RequestHeaders)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        if (exchange.Headers.GetValueOrDefault("content-encoding") == "gzip")
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        if (secret is not null && exchange.Token is (_, "header"))
            request.Headers.Add("X-Consul-Token", secret);
        if (secret is not null && exchange.Token is (_, "bearer"))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);

        using var response = await gateway.Client.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode != exchange.Status)
            return $"status {(int)response.StatusCode} instead of {exchange.Status}: {await response.Content.ReadAsStringAsync(cancellationToken)}";
        return ComparedHeaders.Select(name => HeaderDifference(exchange, response, name, names)).FirstOrDefault(text => text is not null)
            ?? BodyDifference(exchange, await BodyAsync(response, cancellationToken), names, leader, gateway.Store.Status.Leader);
    }

    private static string Target(Exchange exchange, IndexNames names, string? secret)
    {
        var target = names.Translate(exchange.Target);
        return secret is not null && exchange.Token is (_, "query") ? $"{target}{(target.Contains('?') ? '&' : '?')}token={secret}" : target;
    }

    private static string? HeaderDifference(Exchange exchange, HttpResponseMessage response, string name, IndexNames names)
    {
        var recorded = exchange.Headers.GetValueOrDefault(name);
        var actual = response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : null;
        // Sessions are counted apart from keys.
        if (name == "x-consul-index" && exchange.Target.StartsWith("/v1/session", StringComparison.Ordinal))
            return recorded is null == actual is null ? null : $"X-Consul-Index: {actual ?? "absent"}";
        if (name == "x-consul-index" && recorded is not null && actual is not null)
            return names.Learn(recorded, actual) ? null : $"X-Consul-Index {actual} does not fit the recorded {recorded}";
        // The recorded Allow is one value; the client splits it.
        return recorded == actual?.Replace(", ", ",", StringComparison.Ordinal) || (recorded == actual)
            ? null
            : $"{name}: {actual ?? "absent"} instead of {recorded ?? "absent"}";
    }

    private static string? BodyDifference(Exchange exchange, byte[] body, IndexNames names, string recordedLeader, EndPoint? leader)
    {
        var actual = Encoding.Latin1.GetString(body);
        var recorded = Encoding.Latin1.GetString(exchange.Answer).Replace(recordedLeader, leader?.ToString(), StringComparison.Ordinal);
        if (exchange.AnswerIsCut)
            return actual.StartsWith(recorded[..Math.Min(recorded.StartsWith(Sessions, StringComparison.Ordinal) ? Sessions.Length : 30, recorded.Length)], StringComparison.Ordinal) ? null : "the cut body begins differently";
        return names.Matches(recorded, actual)
            ? null
            : $"body {Shorten(actual)}\n  instead of {Shorten(recorded)}";
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.Content.Headers.ContentEncoding.Contains("gzip"))
            stream = new GZipStream(stream, CompressionMode.Decompress);
        using var body = new MemoryStream();
        await stream.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    private static string Shorten(string text) => text.Length > 600 ? text[..600] + "…" : text;
}
