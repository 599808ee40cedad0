using System.Text;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Interpolation;

/// <summary>
/// Compose's variables in values: <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-default}</c>, <c>${NAME-default}</c>, <c>${NAME:?error}</c>, <c>${NAME?error}</c>,
/// <c>${NAME:+other}</c>, <c>${NAME+other}</c>, <c>$$</c> for a dollar. With a colon an empty value counts as none. Defaults may hold variables again.
/// </summary>
/// <param name="variable">The value of a variable; null when it is not set.</param>
/// <param name="unset">Is told each variable without value and without default.</param>
internal sealed class Template(Func<string, string?> variable, Action<string> unset)
{
    /// <exception cref="ComposeException">The text is no such template, or a required variable is missing.</exception>
    public string Substitute(string text, SourceLocation at) => Substitute(text, at, 0);

    private string Substitute(string text, SourceLocation at, int depth)
    {
        if (!text.Contains('$'))
            return text;
        if (depth > ComposeLimits.ChainMax)
            throw Invalid(text, at, $"Defaults are more than {ComposeLimits.ChainMax} deep in each other.");
        var result = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            var dollar = text.IndexOf('$', i);
            if (dollar < 0)
                dollar = text.Length;
            result.Append(text, i, dollar - i);
            i = dollar < text.Length ? Variable(text, dollar + 1, result, at, depth) : dollar;
            if (result.Length > ComposeLimits.ValueLengthMax)
                throw Invalid(text, at, $"With its variables filled in it has more than {ComposeLimits.ValueLengthMax} characters.");
        }

        return result.ToString();
    }

    /// <summary>Appends what stands for the variable whose text begins behind the dollar.</summary>
    /// <returns>Where the text goes on.</returns>
    private int Variable(string text, int start, StringBuilder result, SourceLocation at, int depth)
    {
        var next = start < text.Length ? text[start] : ' ';
        if (next == '$')
        {
            result.Append('$');
            return start + 1;
        }

        if (next == '{')
        {
            var close = Closing(text, start + 1);
            if (close < 0)
                throw Invalid(text, at, "A ${ has no }.");
            result.Append(Braced(text[(start + 1)..close], text, at, depth));
            return close + 1;
        }

        var end = NameEnd(text, start);
        if (end == start)
            throw Invalid(text, at, "Behind a $ must be a name, a { or another $.");
        result.Append(ValueOf(text[start..end]));
        return end;
    }

    private string Braced(string inside, string text, SourceLocation at, int depth)
    {
        var end = NameEnd(inside, 0);
        var (name, rest) = (inside[..end], inside[end..]);
        if (name.Length == 0)
            throw Invalid(text, at, "Behind ${ must be a name.");
        if (rest.Length == 0)
            return ValueOf(name);
        var emptyIsUnset = rest[0] == ':';
        var operation = emptyIsUnset ? rest[1..] : rest;
        if (operation.Length == 0 || operation[0] is not ('-' or '?' or '+'))
            throw Invalid(text, at, $"Behind the name in ${{{inside}}} may be :-, -, :?, ?, :+ or +.");
        var value = variable(name);
        var isSet = emptyIsUnset ? !string.IsNullOrEmpty(value) : value is not null;
        var word = operation[1..];
        return operation[0] switch
        {
            '-' => isSet ? value! : Substitute(word, at, depth + 1),
            '+' => isSet ? Substitute(word, at, depth + 1) : "",
            _ when isSet => value!,
            _ => throw new ComposeException(
                $"The variable {name} is required and not set.", at, word.Length > 0 ? Substitute(word, at, depth + 1) : "The file gives no default for it.",
                $"Set {name} in the environment or in the .env file."),
        };
    }

    private string ValueOf(string name)
    {
        if (variable(name) is { } value)
            return value;
        unset(name);
        return "";
    }

    /// <summary>The brace that ends the variable; those of variables in its default are counted.</summary>
    private static int Closing(string text, int start)
    {
        var open = 1;
        for (var i = start; i < text.Length; i++)
            if (text[i] == '{' && text[i - 1] == '$')
                open++;
            else if (text[i] == '}' && --open == 0)
                return i;
        return -1;
    }

    private static int NameEnd(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_' || (end > start && char.IsAsciiDigit(text[end]))))
            end++;
        return end;
    }

    private static ComposeException Invalid(string text, SourceLocation at, string why) => new(
        $"'{(text.Length > 80 ? text[..80] + "…" : text)}' is no valid value with variables.", at, why, "Write $$ for a dollar that is meant as one.");
}
