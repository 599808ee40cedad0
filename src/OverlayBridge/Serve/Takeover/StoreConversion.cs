using OverlayBridge.Legacy.Store;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Serve.Takeover;

/// <summary>Keys and sessions as the store has them, and as sources do.</summary>
internal static class StoreConversion
{
    public static KeyValueEntry ToSource(this StoreEntry entry) => new(
        entry.Key.ToString(), entry.Value, entry.Flags, entry.CreateIndex, entry.ModifyIndex, entry.LockIndex, entry.Session);

    public static SessionEntry ToSource(this StoreSession session) => new(
        session.Id, session.Name, session.Node, session.LockDelay, session.Behavior, session.Ttl, session.NodeChecks,
        session.CreateIndex, session.ModifyIndex);

    public static StoreEntry ToStore(this KeyValueEntry entry) => new(
        StoreKey.FromText(entry.Key), entry.Value, entry.Flags, entry.LockIndex, entry.Session, entry.CreateIndex, entry.ModifyIndex);

    public static StoreSession ToStore(this SessionEntry session) => new(
        session.Id, session.Name, session.Node, session.LockDelay, session.Behavior, session.Ttl, session.NodeChecks,
        session.CreateIndex, session.ModifyIndex);
}
