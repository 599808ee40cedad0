using System.Collections.Immutable;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>A key with everything Consul's KV keeps beside it.</summary>
/// <param name="Key">Not empty.</param>
/// <param name="Value">As written; empty is shown as <c>null</c> by the HTTP API.</param>
/// <param name="Flags">64 bits that belong to the client.</param>
/// <param name="LockIndex">How often a lock on the key was taken; a write without lock sets it to 0.</param>
/// <param name="Session">The session that holds the key, or null.</param>
/// <param name="CreateIndex">Store index at which the key was made.</param>
/// <param name="ModifyIndex">Store index of the last change; what a compare-and-set names.</param>
public sealed record StoreEntry(
    StoreKey Key,
    ImmutableArray<byte> Value,
    ulong Flags,
    ulong LockIndex,
    string? Session,
    ulong CreateIndex,
    ulong ModifyIndex) : IIndexed
{
    ulong IIndexed.Index => ModifyIndex;

    /// <summary>Whether a write of <paramref name="other"/> would change nothing that Consul counts as a change.</summary>
    public bool HasSameContent(StoreEntry other) =>
        Flags == other.Flags && LockIndex == other.LockIndex && Session == other.Session &&
        Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    /// <summary>By content, the bytes of the value included.</summary>
    public bool Equals(StoreEntry? other) =>
        other is not null && Key == other.Key && CreateIndex == other.CreateIndex &&
        ModifyIndex == other.ModifyIndex && HasSameContent(other);

    public override int GetHashCode() => HashCode.Combine(Key, ModifyIndex, Flags);
}
