using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.Watching;

/// <summary>What a blocking query waits for: a key, all keys with a prefix, or the sessions.</summary>
internal readonly record struct WatchScope(WatchKind Kind, StoreKey Key)
{
    public static WatchScope Sessions => new(WatchKind.Sessions, StoreKey.Empty);

    public static WatchScope OfKey(StoreKey key) => new(WatchKind.Key, key);

    public static WatchScope OfPrefix(StoreKey prefix) => new(WatchKind.Prefix, prefix);
}

internal enum WatchKind
{
    Key,
    Prefix,
    Sessions,
}
