namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// The length of the longest packet that only acknowledges: IP header, TCP header and all options it has room for, as selective
/// acknowledgements need them. What a program writes is longer, or ends in a segment with PSH, which is dropped however short it is.
/// </summary>
internal static class AckLength
{
    private const int LongestTcpHeader = 60;

    public static int For(StoreRule rule) => (rule.IsIPv6 ? 40 : 20) + LongestTcpHeader;
}
