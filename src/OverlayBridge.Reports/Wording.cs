using System.Globalization;
using System.Text.RegularExpressions;

namespace OverlayBridge.Reports;

/// <summary>How numbers, ids and lists are written for people, the same in every form.</summary>
internal static partial class Wording
{
    private const int ShortIdLetters = 12;

    /// <summary>The first twelve letters of an id, as Docker shows it.</summary>
    public static string ShortId(string id) => id.Length > ShortIdLetters ? id[..ShortIdLetters] : id;

    /// <summary>A name, or the short id in brackets where there is no name.</summary>
    public static string NameOr(string? name, string id) => string.IsNullOrEmpty(name) ? $"({ShortId(id)})" : name;

    /// <summary><c>1 network</c>, <c>2 networks</c>; the plural adds an s.</summary>
    public static string Count(ulong count, string noun) => $"{Number(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>The noun in the number that fits the count.</summary>
    public static string Plural(int count, string noun) => count == 1 ? noun : noun + "s";

    public static string Count(int count, string noun) => Count((ulong)count, noun);

    /// <summary>Digits up to a million, above that a power of two or ten: 2^64−1 as digits helps nobody.</summary>
    public static string Number(ulong value) => value switch
    {
        < 10_000_000 => value.ToString(CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"2^{Math.Round(Math.Log2(value), 1)}"),
    };

    /// <summary>A log index, in digits however large: it is compared and copied.</summary>
    public static string Index(ulong index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Text with every full id in it cut to its first twelve letters.</summary>
    public static string ShortIds(string text) => FullId().Replace(text, id => ShortId(id.Value));

    [GeneratedRegex(@"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")]
    private static partial Regex FullId();

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
