using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.History;

/// <summary>
/// Keys that the bridge itself writes every few seconds to say that something lives. What they held a minute ago is nobody's question, and
/// they would push out everything else: the history leaves them out, and shows them in every past state as they are now.
/// </summary>
public static class LifeSigns
{
    private static readonly StoreKey Root = StoreKey.FromText("overlaybridge/v1/");
    private static readonly StoreKey Hosts = StoreKey.FromText("overlaybridge/v1/hosts/");
    private static readonly StoreKey Relays = StoreKey.FromText("overlaybridge/v1/relays/");
    private static readonly StoreKey Heartbeats = StoreKey.FromText("overlaybridge/v1/heartbeats/");
    private static readonly StoreKey Sources = StoreKey.FromText("overlaybridge/v1/sources/");
    private static readonly StoreKey Progress = StoreKey.FromText("overlaybridge/v1/takeover/progress");

    public static bool Contain(StoreKey key)
    {
        if (!key.StartsWith(Root))
            return false;
        return key.StartsWith(Heartbeats) || key.StartsWith(Sources) || key == Progress
            || key.StartsWith(Hosts) && IsHeartbeat(key.Span[Hosts.Length..])
            || key.StartsWith(Relays) && !key.Span[Relays.Length..].Contains((byte)'/');
    }

    /// <summary><c>HOST/heartbeat</c>, where agents of earlier versions have theirs.</summary>
    private static bool IsHeartbeat(ReadOnlySpan<byte> rest) =>
        rest.IndexOf((byte)'/') is var slash and > 0 && rest[(slash + 1)..].SequenceEqual("heartbeat"u8);
}
