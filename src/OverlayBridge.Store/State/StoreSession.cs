using System.Collections.Immutable;

namespace OverlayBridge.Store.State;

/// <summary>A Consul session, made here or imported with its id, node name and indexes.</summary>
/// <param name="LockDelay">Nanoseconds.</param>
/// <param name="Behavior"><c>release</c> or <c>delete</c>.</param>
/// <param name="Ttl">As the client gave it, e.g. <c>30s</c>; empty when the session does not expire.</param>
public sealed record StoreSession(
    string Id,
    string Name,
    string Node,
    long LockDelay,
    string Behavior,
    string Ttl,
    ImmutableArray<string> NodeChecks,
    ulong CreateIndex,
    ulong ModifyIndex)
{
    /// <summary>
    /// Mirrored from another store, whose servers watch over its TTL: here it is data, and does not expire. A session that was
    /// created here is false.
    /// </summary>
    public bool Imported { get; init; } = true;

    /// <summary>Whether the keys it holds go with it.</summary>
    public bool DeletesKeys => Behavior == "delete";

    public bool Equals(StoreSession? other) =>
        other is not null && Id == other.Id && Name == other.Name && Node == other.Node &&
        LockDelay == other.LockDelay && Behavior == other.Behavior && Ttl == other.Ttl &&
        CreateIndex == other.CreateIndex && ModifyIndex == other.ModifyIndex && Imported == other.Imported &&
        NodeChecks.AsSpan().SequenceEqual(other.NodeChecks.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Id, ModifyIndex);
}
