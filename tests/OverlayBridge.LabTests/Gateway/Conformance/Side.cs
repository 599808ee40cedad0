using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>One of the two servers that get the same requests: fills in what it alone knows, and learns it from its answers.</summary>
/// <param name="client">To the server.</param>
/// <param name="keys">As the server shows them in JSON: what a placeholder's number means.</param>
internal sealed partial class Side(HttpClient client, ImmutableArray<string> keys)
{
    private static readonly string[] Compared =
    [
        "Content-Type", "Content-Encoding", "Location", "Allow", "Vary", "X-Content-Type-Options", "Content-Security-Policy",
        "X-Consul-Index", "X-Consul-Knownleader", "X-Consul-Lastcontact",
    ];

    private readonly Dictionary<string, string> _modified = [];
    private readonly List<string> _sessions = [];
    private readonly Dictionary<string, int> _numbers = [];
    private string _index = "1";

    /// <summary>Sessions in the order in which they were made.</summary>
    public IReadOnlyList<string> Sessions => _sessions;

    /// <summary>The place of a session in that order; null for what is none.</summary>
    public int? NumberOf(string session) => _numbers.TryGetValue(session, out var number) ? number : null;

    public async Task<ServerAnswer> SendAsync(RequestTemplate template, CancellationToken cancellationToken)
    {
        var target = new Uri(
            $"http://{client.BaseAddress!.Authority}{Fill(template.Target)}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(template.Method), target);
        if (template.Body is { } body)
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(Fill(body)));
        request.Headers.TransferEncodingChunked = template.Chunked ? true : null;
        foreach (var (name, value) in template.Headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = new ServerAnswer((int)response.StatusCode, Headers(response), await BodyAsync(response, cancellationToken));
        Learn(answer);
        return answer;
    }

    private string Fill(string text) => Placeholder().Replace(text, match => match.Groups[1].Value switch
    {
        "x" => _index,
        "m" => _modified.GetValueOrDefault(keys[Number(match)], "1"),
        _ => Number(match) < _sessions.Count ? _sessions[Number(match)] : "00000000-0000-0000-0000-000000000000",
    });

    private static int Number(Match match) => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);

    private void Learn(ServerAnswer answer)
    {
        if (answer.Headers.TryGetValue("X-Consul-Index", out var index))
            _index = index;
        if (Created().Match(answer.Body) is { Success: true } session)
        {
            _numbers[session.Groups[1].Value] = _sessions.Count;
            _sessions.Add(session.Groups[1].Value);
        }
        foreach (Match entry in Entry().Matches(answer.Body))
            _modified[entry.Groups[1].Value] = entry.Groups[2].Value;
    }

    private static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>();
        foreach (var name in Compared)
            if (response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values))
                headers[name] = string.Join(',', values).Replace(", ", ",", StringComparison.Ordinal);
        return headers;
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.Content.Headers.ContentEncoding.Contains("gzip"))
            stream = new GZipStream(stream, CompressionMode.Decompress);
        using var body = new MemoryStream();
        await stream.CopyToAsync(body, cancellationToken);
        return Encoding.Latin1.GetString(body.ToArray());
    }

    [GeneratedRegex("§([msx])([0-9]*)§")]
    private static partial Regex Placeholder();

    [GeneratedRegex("""^\{\s*"ID": ?"([0-9a-f-]{36})"\s*\}\n?$""")]
    private static partial Regex Created();

    [GeneratedRegex(""" ?"Key": ?"([^"]*)"[^{}]*?"ModifyIndex": ?([0-9]+)""")]
    private static partial Regex Entry();
}
