using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Recorded;

/// <summary>What a real Consul 1.8.7 answered, request by request, against the gateway.</summary>
public sealed class ReplayTests
{
    private static readonly string[] ComparedHeaders =
        ["content-type", "content-encoding", "location", "allow", "x-consul-index", "x-consul-knownleader", "x-consul-lastcontact"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_recorded_exchange_up_to_the_first_snapshot_is_answered_as_Consul_did()
    {
        var exchanges = Exchange.ReadAll(TestFiles.Fixture("consul-http/exchanges.txt"));
        await using var gateway = await TestGateway.StartAsync(Token);
        var names = new IndexNames();
        var differences = new List<string>();
        var replayed = 0;
        foreach (var exchange in exchanges.Where(exchange => ReasonToLeave(exchange) is null))
        {
            replayed++;
            await CleanUpAsync(gateway, exchange);
            if (await DifferenceAsync(gateway, exchange, names) is { } difference)
                differences.Add($"{exchange}\n  {difference}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {replayed} differ:\n{string.Join('\n', differences)}");
        var left = exchanges.Select(ReasonToLeave).OfType<string>().CountBy(reason => reason).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        Assert.Equal(
            [
                new("a session's empty list of service checks is shown as null: there are none here", 1),
                new("agent/self: its description of Consul's own configuration is not ours", 1),
                new("cut in the recording: the request cannot be repeated", 2),
                new("snapshots: Consul's format is not served", 20),
            ],
            left);
    }

    /// <summary>Null: to be replayed. Else why the exchange has to wait.</summary>
    private static string? ReasonToLeave(Exchange exchange) =>
        exchange.Line >= FirstSnapshot ? "snapshots: Consul's format is not served"
        : exchange.Line is 228 or 229 ? "cut in the recording: the request cannot be repeated"
        : exchange.Line == 496 ? "a session's empty list of service checks is shown as null: there are none here"
        : exchange is { Method: "GET", Target: "/v1/agent/self" } ? "agent/self: its description of Consul's own configuration is not ours"
        : null;

    /// <summary>The line where a snapshot is asked for: from there on Consul's own format travels.</summary>
    private const int FirstSnapshot = 793;

    /// <summary>Between its parts the recording removed the keys of the part before, and left that out.</summary>
    private static Task CleanUpAsync(TestGateway gateway, Exchange exchange) => exchange.Line is 392 or 639
        ? gateway.Store.ExecuteAsync(new DeleteTreeCommand(StoreKey.FromText("h3a32cg")), Token)
        : Task.CompletedTask;

    private const string RecordedLeader = "127.0.0.1:29501";

    private static async Task<string?> DifferenceAsync(TestGateway gateway, Exchange exchange, IndexNames names)
    {
        using var request = gateway.Request(exchange.Method, names.Translate(exchange.Target));
        if (exchange.Body is not null)
            request.Content = new ByteArrayContent(names.Translate(exchange.Body));
        request.Headers.TransferEncodingChunked = exchange.Chunked ? true : null;
        foreach (var (name, value) in exchange.RequestHeaders)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        if (exchange.Headers.GetValueOrDefault("content-encoding") == "gzip")
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var response = await gateway.Client.SendAsync(request, Token);
        if ((int)response.StatusCode != exchange.Status)
            return $"status {(int)response.StatusCode} instead of {exchange.Status}: {await response.Content.ReadAsStringAsync(Token)}";
        return ComparedHeaders.Select(name => HeaderDifference(exchange, response, name, names)).FirstOrDefault(text => text is not null)
            ?? BodyDifference(exchange, await BodyAsync(response), names, gateway.Store.Status.Leader);
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

    private static string? BodyDifference(Exchange exchange, byte[] body, IndexNames names, EndPoint? leader)
    {
        var actual = Encoding.Latin1.GetString(body);
        var recorded = Encoding.Latin1.GetString(exchange.Answer).Replace(RecordedLeader, leader?.ToString(), StringComparison.Ordinal);
        if (exchange.AnswerIsCut)
            return actual.StartsWith(recorded[..Math.Min(30, recorded.Length)], StringComparison.Ordinal) ? null : "the cut body begins differently";
        return names.Matches(recorded, actual)
            ? null
            : $"body {Shorten(actual)}\n  instead of {Shorten(recorded)}";
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response)
    {
        var stream = await response.Content.ReadAsStreamAsync(Token);
        if (response.Content.Headers.ContentEncoding.Contains("gzip"))
            stream = new GZipStream(stream, CompressionMode.Decompress);
        using var body = new MemoryStream();
        await stream.CopyToAsync(body, Token);
        return body.ToArray();
    }

    private static string Shorten(string text) => text.Length > 600 ? text[..600] + "…" : text;
}
