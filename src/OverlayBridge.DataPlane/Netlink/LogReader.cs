using System.Buffers.Binary;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Logged packets to openings of connections (linux/netfilter/nfnetlink_log.h).</summary>
internal static class LogReader
{
    public const ushort NFULNL_MSG_PACKET = 4 << 8;
    public const ushort NFULA_MARK = 2;
    public const ushort NFULA_PAYLOAD = 9;

    /// <summary>The opening that a message carries; null for a message of another kind, and for a packet that is none.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static HeldOpening? Read(NetlinkMessage message)
    {
        if (message.Type != NFULNL_MSG_PACKET)
            return null;
        var attributes = message.After(NetfilterRequest.GenericHeaderLength);
        var mark = 0u;
        ReadOnlySpan<byte> packet = [];
        while (NetlinkAttribute.TryTake(ref attributes, out var attribute))
            if (attribute.Type == NFULA_MARK)
                mark = BinaryPrimitives.ReverseEndianness(attribute.Number());
            else if (attribute.Type == NFULA_PAYLOAD)
                packet = attribute.Value;
        return HeldOpening.Read(packet, mark);
    }
}
