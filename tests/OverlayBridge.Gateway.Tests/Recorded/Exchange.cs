using System.Collections.Immutable;
using System.Globalization;
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
            cut);
    }

    /// <summary>A long body is recorded by its beginning and length; those used here repeat one byte.</summary>
    private static byte[] RequestBody(string literal)
    {
        var (bytes, cut) = Literal(literal);
        if (!cut)
            return bytes;
        var length = int.Parse(CutPattern().Match(literal).Groups[1].Value, CultureInfo.InvariantCulture);
        var whole = new byte[length];
        Array.Fill(whole, bytes[0]);
        return whole;
    }

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

    [GeneratedRegex("""^(?<method>[A-Z]+) (?<target>\S+)(?: body=(?<body>b(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")))?(?: headers=(?<headers>\(.*?\)))?(?<chunked> chunked)?(?: \(its own\))? +-> (?<status>\d+) (?<json>\{.*?\}) (?<answer>b(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))(?<cut>\.\.\.\(\d+\))?(?: +#.*)?$""")]
    private static partial Regex LinePattern();

    [GeneratedRegex("""\('([^']*)', '([^']*)'\)""")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex("""\.\.\.\((\d+) bytes\)""")]
    private static partial Regex CutPattern();
}
