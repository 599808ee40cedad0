using OverlayBridge.DataPlane.Redirect;
using static OverlayBridge.DataPlane.Netlink.NetfilterRequest;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>
/// Gets the packets that rules of the packet filter copy to a log group, in the namespace of the thread that opens it (linux/netfilter/nfnetlink_log.h). A group has
/// one listener; when it closes, or its process ends, the kernel copies nothing any more.
/// </summary>
internal sealed class LogSocket : IDisposable
{
    private const ushort NFULNL_MSG_CONFIG = (4 << 8) | 1;
    private const ushort NFULA_CFG_CMD = 1;
    private const ushort NFULA_CFG_MODE = 2;
    private const ushort NFULA_CFG_QTHRESH = 5;
    private const byte NFULNL_CFG_CMD_BIND = 1;
    private const byte NFULNL_COPY_PACKET = 2;

    /// <summary>Of each packet; the longest opening without data has 120 bytes.</summary>
    private const byte CopyLength = 255;

    /// <summary>Some thousands of packets, for a moment in which nobody reads. What does not fit is lost, and not told.</summary>
    private const int ReceiveBufferLength = 4 << 20;

    private readonly NetlinkSocket socket = new(LibC.ProtocolNetfilter);

    /// <exception cref="NetlinkException">The kernel refuses: it has no such log, the right is missing, or another listens.</exception>
    public LogSocket(ushort group)
    {
        try
        {
            socket.SetOption(LibC.LevelSocket, LibC.OptionReceiveBufferForce, ReceiveBufferLength);
            socket.SetOption(LibC.LevelNetlink, LibC.OptionNoBufferError, 1);
            Bind(group);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Hands over what has come since the last call, without waiting for more.</summary>
    /// <exception cref="NetlinkException">The system refuses, or a message is malformed.</exception>
    public void Drain(Action<HeldOpening> noted)
    {
        while (socket.TryReceive(out var rest))
            while (NetlinkMessage.TryTake(ref rest, out var message))
                if (LogReader.Read(message) is { } opening)
                    noted(opening);
    }

    /// <summary>Packets of before the answer may be lost, as those of before the request are.</summary>
    private void Bind(ushort group)
    {
        const uint Sequence = 1;
        socket.Send(Request(group, Sequence));
        while (true)
        {
            var rest = socket.Receive();
            while (NetlinkMessage.TryTake(ref rest, out var message))
                if (message.Type == NLMSG_ERROR && message.Sequence == Sequence)
                {
                    if (message.ErrorNumber() is not 0 and var errno)
                        throw new NetlinkException($"the kernel does not let log group {group} be listened to", errno);
                    return;
                }
        }
    }

    /// <summary>To bind the group, and have each packet copied at once and not in batches.</summary>
    internal static byte[] Request(ushort group, uint sequence) => Message(NFULNL_MSG_CONFIG, family: 0, group, sequence, [
        .. Attribute(NFULA_CFG_CMD, [NFULNL_CFG_CMD_BIND]),
        .. Attribute(NFULA_CFG_MODE, [0, 0, 0, CopyLength, NFULNL_COPY_PACKET, 0]),
        .. Attribute(NFULA_CFG_QTHRESH, [0, 0, 0, 1]),
    ]);
}
