using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Store;

/// <summary>
/// One key of a legacy store with everything the store keeps beside the value, as Consul's KV does
/// (spec: <c>GET /v1/kv/?recurse</c>). Other stores leave what they do not have at its default.
/// </summary>
/// <param name="Key">Full key without a leading slash; record keys of libnetwork end in a slash.</param>
/// <param name="Value">The bytes as stored; empty for a folder marker (Consul shows <c>null</c>).</param>
/// <param name="Flags">Consul's 64-bit flags; never to pass through a double.</param>
/// <param name="CreateIndex">Store index at which the key was made; 0 when the source does not say.</param>
/// <param name="ModifyIndex">Store index of the last change, what a CAS is made with; 0 when the source does not say.</param>
/// <param name="LockIndex">How often a lock on the key was taken.</param>
/// <param name="Session">Id of the session that holds the key, or null.</param>
public sealed record KeyValueEntry(
    string Key,
    ImmutableArray<byte> Value,
    ulong Flags = 0,
    ulong CreateIndex = 0,
    ulong ModifyIndex = 0,
    ulong LockIndex = 0,
    string? Session = null)
{
    /// <summary>By content, the bytes of the value included.</summary>
    public bool Equals(KeyValueEntry? other) =>
        other is not null && Key == other.Key && Value.AsSpan().SequenceEqual(other.Value.AsSpan()) &&
        Flags == other.Flags && CreateIndex == other.CreateIndex && ModifyIndex == other.ModifyIndex &&
        LockIndex == other.LockIndex && Session == other.Session;

    public override int GetHashCode() => HashCode.Combine(Key, ModifyIndex, Flags);
}
