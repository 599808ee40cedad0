using System.Buffers;
using System.Globalization;

namespace OverlayBridge.Store.Durations;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them: <c>1h30m</c>, <c>1.5s</c>, <c>15000ms</c>, <c>0</c>.</summary>
public static class GoDuration
{
    private static readonly (string Unit, decimal Nanoseconds)[] Units =
    [
        ("ns", 1m),
        ("us", 1_000m),
        ("\u00b5s", 1_000m),
        ("\u03bcs", 1_000m),
        ("ms", 1_000_000m),
        ("s", 1_000_000_000m),
        ("m", 60_000_000_000m),
        ("h", 3_600_000_000_000m),
    ];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>The longest number that a part may have; Go's own limit is what fits 63 bits.</summary>
    private const int MaxDigits = 25;

    /// <returns>False when the text is no duration, or one beyond 63 bits of nanoseconds.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var parsed = TryParse(text, out long nanoseconds);
        duration = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return parsed;
    }

    /// <inheritdoc cref="TryParse(string, out TimeSpan)"/>
    public static bool TryParse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
            rest = rest[1..];
        if (rest is "0")
            return true;
        if (rest.IsEmpty)
            return false;

        var total = 0m;
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var part))
                return false;
            total += part;
            if (total > long.MaxValue)
                return false;
        }
        nanoseconds = (long)total * (negative ? -1 : 1);
        return true;
    }

    /// <summary>A duration of whole seconds as Go's <c>Duration.String</c> writes it: <c>10s</c>, <c>1m30s</c>, <c>24h0m0s</c>.</summary>
    public static string Format(TimeSpan duration) => duration switch
    {
        _ when duration < TimeSpan.FromMinutes(1) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#########}s"),
        _ when duration < TimeSpan.FromHours(1) => string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m{duration.Seconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours}h{duration.Minutes}m{duration.Seconds}s"),
    };

    private static bool TryTakePart(ref ReadOnlySpan<char> rest, out decimal nanoseconds)
    {
        nanoseconds = 0;
        var length = rest.IndexOfAnyExcept(NumberCharacters);
        if (length is <= 0 or > MaxDigits ||
            rest[..length].Count('.') > 1 || rest[..length] is "." ||
            !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        rest = rest[length..];
        var end = rest.IndexOfAny(NumberCharacters);
        var name = end < 0 ? rest : rest[..end];
        rest = rest[name.Length..];
        foreach (var (unit, factor) in Units)
        {
            if (!name.SequenceEqual(unit))
                continue;
            if (number > long.MaxValue / factor)
                return false;
            nanoseconds = number * factor;
            return true;
        }
        return false;
    }
}
