using System.Collections.Immutable;

namespace OverlayBridge.Store.State;

/// <summary>A Consul session, kept as data: imported with its id, node name and indexes.</summary>
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
    public bool Equals(StoreSession? other) =>
        other is not null && Id == other.Id && Name == other.Name && Node == other.Node &&
        LockDelay == other.LockDelay && Behavior == other.Behavior && Ttl == other.Ttl &&
        CreateIndex == other.CreateIndex && ModifyIndex == other.ModifyIndex &&
        NodeChecks.AsSpan().SequenceEqual(other.NodeChecks.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Id, ModifyIndex);
}
