using System.Text;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Markdown;

/// <summary>
/// GitHub-flavoured Markdown that pastes well into an issue. Text from a store is escaped, so that no name becomes a link, a mention, a
/// heading or a new table cell.
/// </summary>
internal sealed class MarkdownWriter(TextWriter output)
{
    // What GFM gives a meaning inside a line, and '@' and '#', which GitHub turns into mentions and issue links.
    private const string Special = @"\`*_{}[]<>#!|~@&";

    private bool _hasBegun;

    public void Heading(int level, string text) => Line($"{(_hasBegun ? "\n" : "")}{new string('#', level)} {text}\n");

    /// <summary>A line of literals and of what <see cref="Prose"/> and <see cref="Code"/> gave.</summary>
    public void Line(string markdown)
    {
        _hasBegun = true;
        output.Write(markdown);
        output.Write('\n');
    }

    /// <summary>A table; cells are literals or what <see cref="Prose"/> and <see cref="Code"/> gave.</summary>
    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        Row(headers);
        Row([.. headers.Select(_ => "---")]);
        foreach (var row in rows)
            Row(row);
    }

    /// <summary>Text from a store, with every character that Markdown gives a meaning escaped by a backslash.</summary>
    public static string Prose(string text)
    {
        var plain = ControlCharacters.Escape(text);
        var escaped = new StringBuilder(plain.Length);
        for (var at = 0; at < plain.Length; at++)
            escaped.Append(Special.Contains(plain[at], StringComparison.Ordinal) || IsInLink(plain, at) ? "\\" : "").Append(plain[at]);
        return escaped.ToString();
    }

    /// <summary>
    /// Text from a store as a code span, fenced by more backticks than it holds itself. A pipe would end a table's cell even inside a span,
    /// and a span knows no escapes, so such text is escaped as <see cref="Prose"/> instead.
    /// </summary>
    public static string Code(string text)
    {
        if (text.Length == 0)
            return "";
        var plain = ControlCharacters.Escape(text);
        if (plain.Contains('|', StringComparison.Ordinal))
            return Prose(text);
        var fence = new string('`', LongestRun(plain, '`') + 1);
        var padding = plain[0] == '`' || plain[^1] == '`' ? " " : "";
        return $"{fence}{padding}{plain}{padding}{fence}";
    }

    private void Row(IReadOnlyList<string> cells) => Line($"| {string.Join(" | ", cells)} |");

    // GFM makes links of bare "http://…" and "www.…".
    private static bool IsInLink(string text, int at) =>
        (text[at] == ':' && at + 1 < text.Length && text[at + 1] == '/')
        || (text[at] == '.' && at >= 3 && text.AsSpan(at - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase));

    private static int LongestRun(string text, char letter)
    {
        var (longest, run) = (0, 0);
        foreach (var each in text)
        {
            run = each == letter ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
