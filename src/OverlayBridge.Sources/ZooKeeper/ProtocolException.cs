namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>What was answered is no ZooKeeper. Stays inside this project.</summary>
internal sealed class ProtocolException(string message) : Exception(message);

/// <summary>A session ended: the connection broke, or the server does not serve.</summary>
/// <param name="isBusy">The server took the connection and closed it: it has no leader, or lags behind what was seen already.</param>
internal sealed class SessionLostException(string message, Exception? inner = null, bool isBusy = false) : Exception(message, inner)
{
    public bool IsBusy { get; } = isBusy;
}

/// <summary>The server refuses a request; the codes are those of ZooKeeper's KeeperException.</summary>
internal sealed class RefusedException(int code) : Exception($"error {code}{Meaning(code)}")
{
    public const int NoNode = -101, NoAuth = -102, BadVersion = -103, NodeExists = -110, NotEmpty = -111, AuthFailed = -115;

    public int Code { get; } = code;

    private static string Meaning(int code) => code switch
    {
        NoNode => " (no such node)",
        NoAuth => " (access denied)",
        BadVersion => " (changed meanwhile)",
        -108 => " (ephemeral nodes have no children)",
        NodeExists => " (exists already)",
        NotEmpty => " (has children)",
        -112 => " (session expired)",
        AuthFailed => " (authentication failed)",
        -119 => " (server is read-only)",
        -127 => " (quota exceeded)",
        _ => "",
    };
}
