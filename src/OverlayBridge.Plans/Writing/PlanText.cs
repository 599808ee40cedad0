using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OverlayBridge.Plans.Writing;

/// <summary>Lines of YAML: block mappings and lists, values quoted where they would be read as something else.</summary>
internal sealed class PlanText
{
    private const int CommentWidth = 78;

    private readonly StringBuilder _text = new();
    private string _indent = "";
    private string _first = "";

    public override string ToString() => _text.ToString();

    public void Blank() => _text.Append('\n');

    /// <summary>A comment, broken into lines.</summary>
    public void Comment(string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && _indent.Length + 2 + line.Length + 1 + word.Length > CommentWidth)
            {
                _text.Append(CultureInfo.InvariantCulture, $"{_indent}# {line}\n");
                line.Clear();
            }

            line.Append(line.Length == 0 ? "" : " ").Append(word);
        }

        _text.Append(CultureInfo.InvariantCulture, $"{_indent}# {line}\n");
    }

    public void Value(string key, string value) => Raw(key, Quoted(value));

    public void Value(string key, long value) => Raw(key, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A value that is YAML already: a number, true, a flow list.</summary>
    public void Raw(string key, string value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{(_first.Length > 0 ? _first : _indent)}{key}: {value}\n");
        _first = "";
    }

    public void Key(string key)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{(_first.Length > 0 ? _first : _indent)}{key}:\n");
        _first = "";
    }

    /// <summary>What stands below a key.</summary>
    public void Below(Action write)
    {
        var before = _indent;
        _indent += "  ";
        write();
        _indent = before;
    }

    /// <summary>A key with a list of mappings; left out when there are none.</summary>
    public void List<T>(string key, ImmutableArray<T> items, Action<T> write)
    {
        if (items.IsEmpty)
            return;
        Key(key);
        foreach (var item in items)
        {
            var before = _indent;
            _first = $"{before}  - ";
            _indent = before + "    ";
            write(item);
            _indent = before;
        }
    }

    /// <summary>A list on one line.</summary>
    public static string Flow(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Quoted))}]";

    public static string Quoted(string text)
    {
        if (IsPlain(text))
            return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                < ' ' or '\x7f' or '\x85' or '\u2028' or '\u2029' or '\ufeff' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        return quoted.Append('"').ToString();
    }

    // Anything that some reader takes for a number, a time, true or null is quoted: 26.1, 22:00, 1e5, no.
    private static bool IsPlain(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+' or '%' or ':') && !IsOther(text) &&
        (!text.Contains(':', StringComparison.Ordinal) || text.Contains("://", StringComparison.Ordinal)) && text[^1] != ':' &&
        (char.IsAsciiLetterOrDigit(text[0]) || text[0] is '/' or '_') && !text.EndsWith('.');

    private static bool IsOther(string text) =>
        text.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n" or ".inf" or ".nan" ||
        double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _) || IsDate(text) ||
        (text.Length > 1 && text[0] == '0' && char.ToLowerInvariant(text[1]) is 'x' or 'o' or 'b');

    private static bool IsDate(string text) => text.Length >= 8 && text[..4].All(char.IsAsciiDigit) && text[4] == '-';
}
