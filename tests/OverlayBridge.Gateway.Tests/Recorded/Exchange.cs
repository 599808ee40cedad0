using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OverlayBridge.Gateway.Recorded;

/// <summary>A request that was sent to a real Consul and what it answered: a line of consul-http/exchanges.txt.</summary>
internal sealed partial record Exchange(
    int Line,
    string Method,
    string Target,
    byte[]? Body,
    bool Chunked,
    ImmutableArray<(string Name, string Value)> RequestHeaders,
    int Status,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Answer,
    bool AnswerIsCut)
{
    /// <summary>Whose token it bore, and how; null where Consul asked for none.</summary>
    public (string Role, string Carrier)? Token { get; private init; }

    public override string ToString() => $"line {Line}: {Method} {(Target.Length > 120 ? Target[..120] + "…" : Target)}";

    /// <summary>All exchanges but one: to a transaction of <c>null</c> Consul answered by dying.</summary>
    public static IReadOnlyList<Exchange> ReadAll(string file) =>
    [
        .. File.ReadLines(file)
            .Select((line, index) => (Line: line, Number: index + 1))
            .Where(item => !item.Line.Contains("-> ERR ConnectionResetError", StringComparison.Ordinal))
            .Select(item => Parse(item.Number, item.Line)),
    ];

    private static Exchange Parse(int number, string line)
    {
        var match = LinePattern().Match(line);
        if (!match.Success)
            throw new FormatException($"Line {number} is no exchange.");
        var (answer, cut) = Literal(match.Groups["answer"].Value);
        cut |= match.Groups["cut"].Success;
        return new Exchange(
            number,
            match.Groups["method"].Value,
            match.Groups["target"].Value,
            match.Groups["body"] is { Success: true } body ? RequestBody(body.Value) : null,
            match.Groups["chunked"].Success,
            [.. HeaderPattern().Matches(match.Groups["headers"].Value).Select(header => (header.Groups[1].Value, header.Groups[2].Value))],
            int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture),
            JsonSerializer.Deserialize<Dictionary<string, string>>(match.Groups["json"].Value)!,
            answer,
            cut)
        {
            Token = match.Groups["role"].Success ? (match.Groups["role"].Value, match.Groups["carrier"].Value) : null,
        };
    }

    /// <summary>A long body is recorded by its beginning and length, and made whole again by what it repeats.</summary>
    private static byte[] RequestBody(string literal)
    {
        var (bytes, cut) = Literal(literal);
        if (!cut)
            return bytes;
        var length = int.Parse(CutPattern().Match(literal).Groups[1].Value, CultureInfo.InvariantCulture);
        return Encoding.Latin1.GetBytes(
            Repeated(Encoding.Latin1.GetString(bytes), length) ?? throw new FormatException($"What {literal} repeats is not known."));
    }

    /// <summary>The lengths were taken while the keys' first segment was five characters shorter.</summary>
    private const int Shorter = 5;

    private static string? Repeated(string start, int length)
    {
        const string big = "[{\"KV\": {\"Verb\": \"set\", \"Key\": \"h3a32cg3/tbig\", \"Value\": \"";
        if (start.StartsWith(big, StringComparison.Ordinal))
            return big + string.Concat(Enumerable.Repeat("cXFx", (length + Shorter - big.Length - 4) / 4)) + "\"}}]";
        if (start.StartsWith("[ ", StringComparison.Ordinal))
            return "[" + new string(' ', length - 2) + "]";
        if (OperationPattern().Match(start) is not { Success: true } operation)
            return new string(start[0], length);
        return Enumerable.Range(60, 10)
            .Select(count => (Count: count, Body: $"[{string.Join(", ", Enumerable.Range(0, count).Select(number => operation.Value.Replace("/0\"", $"/{number}\"", StringComparison.Ordinal)))}]"))
            .FirstOrDefault(whole => whole.Body.Length - whole.Count * Shorter == length).Body;
    }

    [GeneratedRegex("""(?<=^\[)\{"KV": \{[^}]*\}\}""")]
    private static partial Regex OperationPattern();

    /// <summary>The bytes of a Python literal <c>b'…'</c>, and whether its end was left out.</summary>
    private static (byte[] Bytes, bool Cut) Literal(string literal)
    {
        var text = literal[2..^1];
        var cut = CutPattern().Match(text);
        if (cut.Success)
            text = text[..cut.Index];
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }
            i++;
            if (text[i] == 'x')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
                continue;
            }
            bytes.Add((byte)(text[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other }));
        }
        return ([.. bytes], cut.Success);
    }

    [GeneratedRegex("""^(?<method>[A-Z]+) (?<target>\S+)(?: body=(?<body>b(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")))?(?: headers=(?<headers>\(.*?\)))?(?: role=(?<role>[a-z]+)/(?<carrier>[a-z]+))?(?<chunked> chunked)?(?: \(its own\))? +-> (?<status>\d+) (?<json>\{.*?\}) (?<answer>b(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))(?<cut>\.\.\.\(\d+\))?(?: +#.*)?$""")]
    private static partial Regex LinePattern();

    [GeneratedRegex("""\('([^']*)', '([^']*)'\)""")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex("""\.\.\.\((\d+) bytes\)""")]
    private static partial Regex CutPattern();
}
