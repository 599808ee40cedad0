using System.Text;

namespace OverlayBridge.Store.Keys;

/// <summary>
/// A key as the bytes that clients sent, ordered byte by byte as Consul orders keys. Any bytes are a key, invalid
/// UTF-8 included; the empty key is used as the prefix of everything. The bytes are never changed after construction.
/// </summary>
public readonly struct StoreKey : IEquatable<StoreKey>, IComparable<StoreKey>
{
    private readonly byte[]? _bytes;

    private StoreKey(byte[] bytes) => _bytes = bytes;

    /// <summary>The empty key: the prefix of all keys.</summary>
    public static StoreKey Empty => default;

    public ReadOnlySpan<byte> Span => _bytes;

    public int Length => _bytes?.Length ?? 0;

    public bool IsEmpty => Length == 0;

    /// <summary>The key of a text's UTF-8 bytes.</summary>
    public static StoreKey FromText(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>The key of a copy of <paramref name="bytes"/>.</summary>
    public static StoreKey FromBytes(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>Whether this key begins with all bytes of <paramref name="prefix"/>.</summary>
    public bool StartsWith(StoreKey prefix) => Span.StartsWith(prefix.Span);

    /// <summary>The key up to its first slash, the slash included; empty when it has none.</summary>
    public StoreKey FirstSegment => FromBytes(Span[..(Span.IndexOf((byte)'/') + 1)]);

    /// <summary>Below 0 when this key comes before all keys with the prefix, 0 when it has the prefix, above 0 when it comes after them.</summary>
    public int CompareToRange(StoreKey prefix) => StartsWith(prefix) ? 0 : CompareTo(prefix);

    public int CompareTo(StoreKey other) => Span.SequenceCompareTo(other.Span);

    public bool Equals(StoreKey other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is StoreKey other && Equals(other);

    public override int GetHashCode() => HashOf(Span);

    /// <summary>The key as text; bytes that are not UTF-8 become U+FFFD, so this is for people, not for looking keys up.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);

    internal static int HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    internal static StoreKey Adopt(byte[] bytes) => new(bytes);

    public static bool operator ==(StoreKey left, StoreKey right) => left.Equals(right);

    public static bool operator !=(StoreKey left, StoreKey right) => !left.Equals(right);

    public static bool operator <(StoreKey left, StoreKey right) => left.CompareTo(right) < 0;

    public static bool operator <=(StoreKey left, StoreKey right) => left.CompareTo(right) <= 0;

    public static bool operator >(StoreKey left, StoreKey right) => left.CompareTo(right) > 0;

    public static bool operator >=(StoreKey left, StoreKey right) => left.CompareTo(right) >= 0;
}
