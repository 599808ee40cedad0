namespace OverlayBridge.DataPlane.Netlink;

/// <summary>The error numbers that are told apart, the same on every Linux architecture .NET runs on.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int NoDevice = 19;
    public const int InvalidArgument = 22;
}
