using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace OverlayBridge.Legacy.Store;

/// <summary>
/// One key of a legacy store with everything the store keeps beside the value, as Consul's KV does
/// (spec: <c>GET /v1/kv/?recurse</c>). Other stores leave what they do not have at its default.
/// </summary>
/// <remarks>
/// Of a large store key and value stay pieces of blocks that many entries share, and a key becomes a string when somebody asks for it: for
/// 100,000 entries that is two objects less each, and half of the memory. <see cref="Bytes"/>, <see cref="Utf8Key"/>, <see cref="KeyStartsWith"/> and <see cref="CompareKeys"/> ask for neither.
/// </remarks>
public sealed record KeyValueEntry
{
    private readonly ReadOnlyMemory<byte> _asciiKey;
    private string? _key;

    public KeyValueEntry(
        string key, ImmutableArray<byte> value, ulong flags = 0, ulong createIndex = 0, ulong modifyIndex = 0, ulong lockIndex = 0, string? session = null)
    {
        (_key, Bytes) = (key, value.AsMemory());
        (Flags, CreateIndex, ModifyIndex, LockIndex, Session) = (flags, createIndex, modifyIndex, lockIndex, session);
    }

    /// <param name="asciiKey">The key, which has no other characters; it and <paramref name="value"/> must not change any more.</param>
    /// <param name="value">See <see cref="Bytes"/>.</param>
    public KeyValueEntry(ReadOnlyMemory<byte> asciiKey, ReadOnlyMemory<byte> value) => (_asciiKey, Bytes) = (asciiKey, value);

    /// <summary>Full key without a leading slash; record keys of libnetwork end in a slash.</summary>
    public string Key
    {
        get => _key ??= Encoding.ASCII.GetString(_asciiKey.Span);
        init => (_key, _asciiKey) = (value, default);
    }

    /// <summary>The bytes as stored; empty for a folder marker (Consul shows <c>null</c>). Copied when they are a piece of a block: see <see cref="Bytes"/>.</summary>
    public ImmutableArray<byte> Value
    {
        get => MemoryMarshal.TryGetArray(Bytes, out var piece) && piece.Count == piece.Array!.Length
            ? ImmutableCollectionsMarshal.AsImmutableArray(piece.Array)
            : [.. Bytes.Span];
        init => Bytes = value.AsMemory();
    }

    /// <summary>The bytes of <see cref="Value"/> where they are.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>Consul's 64-bit flags; never to pass through a double.</summary>
    public ulong Flags { get; init; }

    /// <summary>Store index at which the key was made; 0 when the source does not say.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>Store index of the last change, what a CAS is made with; 0 when the source does not say.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>How often a lock on the key was taken.</summary>
    public ulong LockIndex { get; init; }

    /// <summary>Id of the session that holds the key, or null.</summary>
    public string? Session { get; init; }

    /// <summary>The key as it is stored; encoded anew each time where the entry was made of a string.</summary>
    public ReadOnlyMemory<byte> Utf8Key => _asciiKey.IsEmpty ? Encoding.UTF8.GetBytes(Key) : _asciiKey;

    /// <summary>Whether the key begins so, byte by byte.</summary>
    public bool KeyStartsWith(string text) => _asciiKey.IsEmpty
        ? Key.StartsWith(text, StringComparison.Ordinal)
        : _asciiKey.Length >= text.Length && Ascii.Equals(_asciiKey.Span[..text.Length], text);

    /// <summary>Order of the keys: see <see cref="KeyOrder"/>.</summary>
    public static int CompareKeys(KeyValueEntry x, KeyValueEntry y) =>
        x._asciiKey.IsEmpty || y._asciiKey.IsEmpty
            ? KeyOrder.Instance.Compare(x.Key, y.Key)
            : x._asciiKey.Span.SequenceCompareTo(y._asciiKey.Span);

    /// <summary>By content, the bytes of the value included.</summary>
    public bool Equals(KeyValueEntry? other) =>
        other is not null && Key == other.Key && Bytes.Span.SequenceEqual(other.Bytes.Span) &&
        Flags == other.Flags && CreateIndex == other.CreateIndex && ModifyIndex == other.ModifyIndex &&
        LockIndex == other.LockIndex && Session == other.Session;

    public override int GetHashCode() => HashCode.Combine(Key, ModifyIndex, Flags);
}
