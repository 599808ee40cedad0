using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Interpolation;

/// <summary>
/// The format of <c>.env</c>: <c>NAME=value</c> a line, <c>export </c> before it allowed, <c>#</c> begins a comment at the start of a line or behind a blank.
/// <c>'…'</c> is taken as it is; <c>"…"</c> may go over lines, knows <c>\n \r \t \" \\ \$</c> and variables; so does a value without quotes know variables.
/// </summary>
public static class DotEnv
{
    /// <param name="outer">The process's environment: its values win when a later line uses the name.</param>
    /// <exception cref="ComposeException">A line is none of this.</exception>
    public static ImmutableSortedDictionary<string, string> Parse(SourceText source, IReadOnlyDictionary<string, string> outer)
    {
        if (source.Text.Length > ComposeLimits.FileLengthMax)
            throw new ComposeException($"{source.Name} has {source.Text.Length} characters.", null, $"Such a file has at most {ComposeLimits.FileLengthMax}.", "Check that it is the file you mean.");
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var template = new Template(name => outer.TryGetValue(name, out var given) ? given : values.GetValueOrDefault(name), static _ => { });
        var text = source.Text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF');
        var line = 1;
        for (var i = 0; i < text.Length;)
        {
            var end = End(text, i);
            var first = text[i..end].TrimStart();
            if (first.Length == 0 || first[0] == '#')
            {
                i = end + 1;
                line++;
                continue;
            }

            var at = new SourceLocation(source.Name, line, 1);
            var equals = text.IndexOf('=', i, end - i);
            var name = Name(text[i..(equals < 0 ? end : equals)], at);
            if (equals < 0)
            {
                if (outer.TryGetValue(name, out var inherited))
                    values[name] = inherited;
                i = end + 1;
                line++;
                continue;
            }

            var (value, next) = Value(text, equals + 1, template, at);
            values[name] = value;
            line += text.AsSpan(i, Math.Min(next, text.Length) - i).Count('\n');
            i = next;
        }

        return values.ToImmutable();
    }

    private static string Name(string text, SourceLocation at)
    {
        var name = text.Trim();
        if (name.StartsWith("export ", StringComparison.Ordinal))
            name = name["export ".Length..].TrimStart();
        return name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
            ? name
            : throw new ComposeException($"'{(name.Length > 80 ? name[..80] + "…" : name)}' is no name of a variable.", at, "A line is NAME=value, or a comment that begins with #.", "Mend the line.");
    }

    private static (string Value, int Next) Value(string text, int start, Template template, SourceLocation at)
    {
        while (start < text.Length && text[start] is ' ' or '\t')
            start++;
        if (start < text.Length && text[start] is '\'' or '"')
            return Quoted(text, start, template, at);
        var end = End(text, start);
        var plain = text[start..end];
        for (var i = 0; i < plain.Length; i++)
            if (plain[i] == '#' && (i == 0 || plain[i - 1] is ' ' or '\t'))
            {
                plain = plain[..i];
                break;
            }

        return (template.Substitute(plain.Trim(), at), end + 1);
    }

    private static (string Value, int Next) Quoted(string text, int start, Template template, SourceLocation at)
    {
        var quote = text[start];
        var value = new StringBuilder();
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
                return (quote == '"' ? template.Substitute(value.ToString(), at) : value.ToString(), End(text, i) + 1);
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length)
                value.Append(text[++i] switch { 'n' => "\n", 'r' => "\r", 't' => "\t", '"' => "\"", '\\' => "\\", '$' => "$$", var other => $"\\{other}" });
            else
                value.Append(text[i]);
        }

        throw new ComposeException($"The {quote} of this value is never closed.", at, "A quoted value ends with the quote that it began with.", $"Add the missing {quote}.");
    }

    private static int End(string text, int start) => text.IndexOf('\n', Math.Min(start, text.Length)) is >= 0 and var end ? end : text.Length;
}
