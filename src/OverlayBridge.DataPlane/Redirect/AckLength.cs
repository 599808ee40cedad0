namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// The length of a packet that only acknowledges: IP header, TCP header, and the timestamps that Linux puts into every segment. A
/// longer one carries data; what is as short and has no timestamps carries twelve bytes at the most, no request of HTTP.
/// </summary>
internal static class AckLength
{
    private const int TcpHeaderWithTimestamps = 20 + 12;

    public static int For(StoreRule rule) => (rule.IsIPv6 ? 40 : 20) + TcpHeaderWithTimestamps;
}
