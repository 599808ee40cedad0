using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store.Durations;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.History;

/// <summary>Which changes are asked for.</summary>
/// <param name="Keys">Keys of these names and what is below them; with <paramref name="Segments"/> empty for all keys, and sessions.</param>
/// <param name="Segments">Keys in which a part between slashes is one of these, such as the id of a network.</param>
/// <param name="AfterIndex">Only changes of a later index; 0 for all.</param>
/// <param name="From">Only changes not before this time, in milliseconds since 1970; 0 for all.</param>
/// <param name="Below">Only changes of a lower sequence number: where the page before ended.</param>
/// <param name="Limit">Changes on one page.</param>
internal sealed record HistoryQuery(
    ImmutableArray<StoreKey> Keys, ImmutableArray<StoreKey> Segments, ulong AfterIndex, long From, ulong Below, int Limit)
{
    public const int MaxLimit = 10_000;
    private const int DefaultLimit = 1000;
    private const int MaxNames = 256;

    /// <exception cref="RefusedException">400.</exception>
    public static HistoryQuery Parse(QueryParameters query, DateTimeOffset now)
    {
        var (keys, segments) = (Names(query, "key"), Names(query, "segment"));
        var (index, from) = Since(query.Get("since"), now);
        return new HistoryQuery(keys, segments, index, from, Number(query, "below") ?? ulong.MaxValue, Limited(Number(query, "limit")));
    }

    public bool Takes(RecordedChange change) => change.Index > AfterIndex && change.At >= From && change switch
    {
        _ when Keys.IsEmpty && Segments.IsEmpty => true,
        RecordedKeyChange key => Keys.Any(wanted => IsAtOrBelow(key.Key, wanted)) || Segments.Any(wanted => HasSegment(key.Key.Span, wanted.Span)),
        _ => false,
    };

    /// <summary>Nothing that is older need be looked at.</summary>
    public bool IsPast(RecordedChange change) => change.Index <= AfterIndex;

    private static bool IsAtOrBelow(StoreKey key, StoreKey name) =>
        key.StartsWith(name) && (key.Length == name.Length || name.IsEmpty || name.Span[^1] == (byte)'/' || key.Span[name.Length] == (byte)'/');

    private static bool HasSegment(ReadOnlySpan<byte> key, ReadOnlySpan<byte> wanted)
    {
        foreach (var part in key.Split((byte)'/'))
            if (key[part].SequenceEqual(wanted))
                return true;
        return false;
    }

    private static ImmutableArray<StoreKey> Names(QueryParameters query, string name)
    {
        ImmutableArray<StoreKey> names = [.. query.GetAll(name).Select(StoreKey.FromText)];
        return names.Length <= MaxNames ? names : throw new RefusedException(400, $"{name} stands there {names.Length} times; at most {MaxNames} are taken");
    }

    /// <summary>An index, or a duration before now.</summary>
    private static (ulong Index, long From) Since(string text, DateTimeOffset now)
    {
        if (text.Length == 0)
            return (0, 0);
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return (index, 0);
        return GoDuration.TryParse(text, out TimeSpan age) && age >= TimeSpan.Zero && age < TimeSpan.FromDays(36_500)
            ? (0UL, (now - age).ToUnixTimeMilliseconds())
            : throw new RefusedException(400, "since must be an index, or a duration such as 90m or 24h");
    }

    private static ulong? Number(QueryParameters query, string name) =>
        query.Get(name) is not { Length: > 0 } text ? null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new RefusedException(400, $"{name} must be a number");

    private static int Limited(ulong? limit) => limit switch
    {
        null => DefaultLimit,
        0 or > MaxLimit => throw new RefusedException(400, $"limit must be a number from 1 to {MaxLimit}"),
        { } number => (int)number,
    };
}
