using System.Globalization;
using System.Text;

namespace OverlayBridge.Reports.Text;

/// <summary>Columns that a text takes on a terminal: wide East Asian letters and emoji take two, combining marks none.</summary>
internal static class DisplayWidth
{
    private const char Ellipsis = '…';

    public static int Of(string text)
    {
        if (Ascii.IsValid(text))
            return text.Length;
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Of(rune);
        return width;
    }

    /// <summary>The text, ended by an ellipsis where it would be wider than <paramref name="width"/>.</summary>
    public static string Cut(string text, int width)
    {
        if (Of(text) <= width)
            return text;
        var cut = new StringBuilder();
        var used = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            used += Of(rune);
            if (used > width)
                break;
            cut.Append(rune);
        }

        return cut.Append(Ellipsis).ToString();
    }

    /// <summary>
    /// Lines no wider than <paramref name="width"/>, broken behind a blank or a slash, so that words and the parts of keys stay whole where they can.
    /// </summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        var lineWidth = 0;
        foreach (var part in Parts(text).SelectMany(part => Chop(part, width)))
        {
            var partWidth = Of(part);
            if (lineWidth > 0 && lineWidth + Of(part.TrimEnd()) > width)
            {
                yield return line.ToString().TrimEnd();
                line.Clear();
                lineWidth = 0;
            }

            line.Append(part);
            lineWidth += partWidth;
        }

        if (line.Length > 0)
            yield return line.ToString().TrimEnd();
    }

    private static IEnumerable<string> Parts(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
            if (text[i] is ' ' or '/')
            {
                yield return text[start..(i + 1)];
                start = i + 1;
            }

        if (start < text.Length)
            yield return text[start..];
    }

    private static IEnumerable<string> Chop(string part, int width)
    {
        var piece = new StringBuilder();
        var used = 0;
        foreach (var rune in part.EnumerateRunes())
        {
            if (used + Of(rune) > width)
            {
                yield return piece.ToString();
                piece.Clear();
                used = 0;
            }

            piece.Append(rune);
            used += Of(rune);
        }

        yield return piece.ToString();
    }

    private static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    // The blocks that Unicode's EastAsianWidth lists as W or F, in broad strokes.
    private static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F)
        or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF)
        or (>= 0x20000 and <= 0x3FFFD);
}
