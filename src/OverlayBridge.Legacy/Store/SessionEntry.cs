using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Store;

/// <summary>A Consul session, which keeps a host's <c>docker/nodes</c> key alive (<c>GET /v1/session/list</c>).</summary>
/// <param name="LockDelay">As Consul reports it, in nanoseconds.</param>
/// <param name="Ttl">As the client gave it, e.g. <c>30s</c>; empty when the session does not expire.</param>
public sealed record SessionEntry(
    string Id,
    string Name,
    string Node,
    long LockDelay,
    string Behavior,
    string Ttl,
    ImmutableArray<string> NodeChecks,
    ulong CreateIndex,
    ulong ModifyIndex);
