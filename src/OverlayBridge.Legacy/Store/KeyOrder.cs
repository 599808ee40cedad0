namespace OverlayBridge.Legacy.Store;

/// <summary>
/// Order of keys by their UTF-8 bytes, as Consul lists them. <see cref="StringComparer.Ordinal"/> is not it: UTF-16
/// puts characters beyond U+FFFF before U+E000–U+FFFF.
/// </summary>
public sealed class KeyOrder : IComparer<string?>
{
    private KeyOrder()
    {
    }

    public static KeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        return Compare(x.AsSpan(), y);
    }

    /// <inheritdoc cref="Compare(string?, string?)"/>
    public static int Compare(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        var shared = x.CommonPrefixLength(y);
        if (shared == x.Length || shared == y.Length)
            return x.Length - y.Length;
        var (a, b) = (x[shared], y[shared]);
        // A surrogate is half of a character beyond U+FFFF, which is the higher one against any other character.
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a - b : char.IsSurrogate(a) ? 1 : -1;
    }
}
