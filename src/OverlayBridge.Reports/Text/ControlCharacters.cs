using System.Globalization;
using System.Text;

namespace OverlayBridge.Reports.Text;

/// <summary>
/// Makes text from a store safe to show: names and keys may hold anything, also escape sequences that would move the
/// cursor of the terminal, newlines that would forge a line, or marks that turn the reading direction round.
/// </summary>
public static class ControlCharacters
{
    /// <summary>
    /// The text with every control, format, separator and unpaired surrogate character written as <c>\xNN</c> or
    /// <c>\uNNNN</c>; the same instance when there is none.
    /// </summary>
    public static string Escape(string text)
    {
        // Most names are plain ASCII: those need no look-up of categories.
        var first = text.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        if (first < 0)
            return text;
        while (first < text.Length && !IsUnsafeAt(text, first))
            first++;
        return first == text.Length ? text : EscapeFrom(text, first);
    }

    private static string EscapeFrom(string text, int first)
    {
        var escaped = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
            if (!IsUnsafeAt(text, i))
                escaped.Append(text[i]);
            else if (text[i] <= 0xFF)
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)text[i]:x2}");
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
        return escaped.ToString();
    }

    private static bool IsUnsafeAt(string text, int at) => char.GetUnicodeCategory(text[at]) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format => true,
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
        UnicodeCategory.Surrogate => !IsPaired(text, at),
        _ => false,
    };

    private static bool IsPaired(string text, int at) =>
        (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])) ||
        (char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]));
}
