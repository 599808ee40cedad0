namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Numbers of sock_diag, named as in the kernel's headers (linux/sock_diag.h, inet_diag.h, tcp.h, net/tcp_states.h).</summary>
internal static class SockDiag
{
    public const ushort SOCK_DIAG_BY_FAMILY = 20;
    public const ushort SOCK_DESTROY = 21;
    public const byte IPPROTO_TCP = 6;

    public const int RequestLength = 56;
    public const int SocketIdOffset = 8;
    public const int SocketIdLength = 48;
    public const int MessageLength = 72;
    public const int MessageSocketIdOffset = 4;
    public const int MessageWriteQueueOffset = 60;

    public const ushort INET_DIAG_INFO = 2;
    public const ushort INET_DIAG_MARK = 15;

    /// <summary>In struct tcp_info: milliseconds since data was last sent, and since it was last received.</summary>
    public const int InfoLastDataSentOffset = 44;
    public const int InfoLastDataReceivedOffset = 52;

    /// <summary>In struct tcp_info, since Linux 4.6: segments with data that came in and went out.</summary>
    public const int InfoDataSegmentsInOffset = 152;
    public const int InfoDataSegmentsOutOffset = 156;

    public const byte TCP_SYN_SENT = 2;

    /// <summary>ESTABLISHED, SYN_SENT, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK and CLOSING: a bit for each by its number.</summary>
    public const uint OpenStates = (1 << 1) | (1 << 2) | (1 << 4) | (1 << 5) | (1 << 8) | (1 << 9) | (1 << 11);
}
