using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using OverlayBridge.DataPlane.Redirect;
using static OverlayBridge.DataPlane.Netlink.SockDiag;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Dumped sockets to connections.</summary>
internal static class SocketReader
{
    /// <summary>A TCP socket with the mark its owner gave it; null for a message of another kind.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static (StoreConnection Connection, uint Mark)? Read(NetlinkMessage message)
    {
        if (message.Type != SOCK_DIAG_BY_FAMILY)
            return null;
        var attributes = message.After(MessageLength);
        var family = message.Body[0];
        var id = message.Body.Slice(MessageSocketIdOffset, SocketIdLength);
        var (mark, sent, received, awaits) = (0u, 0u, 0u, false);
        while (NetlinkAttribute.TryTake(ref attributes, out var attribute))
            if (attribute.Type == INET_DIAG_MARK)
                mark = attribute.Number();
            else if (attribute.Type == INET_DIAG_INFO && attribute.Value.Length >= InfoLastDataReceivedOffset + 4)
            {
                sent = MemoryMarshal.Read<uint>(attribute.Value[InfoLastDataSentOffset..]);
                received = MemoryMarshal.Read<uint>(attribute.Value[InfoLastDataReceivedOffset..]);
                awaits = AwaitsFirstAnswer(attribute.Value);
            }
        var connection = new StoreConnection(
            End(id, portOffset: 0, addressOffset: 4, family),
            End(id, portOffset: 2, addressOffset: 20, family),
            message.Body[1] == TCP_SYN_SENT,
            MemoryMarshal.Read<uint>(message.Body[MessageWriteQueueOffset..]),
            TimeSpan.FromMilliseconds(sent),
            TimeSpan.FromMilliseconds(received))
        { Id = id.ToArray(), Family = family, AwaitsFirstAnswer = awaits };
        return (connection, mark);
    }

    private static bool AwaitsFirstAnswer(ReadOnlySpan<byte> info) =>
        info.Length >= InfoDataSegmentsOutOffset + 4 &&
        MemoryMarshal.Read<uint>(info[InfoDataSegmentsInOffset..]) == 0 && MemoryMarshal.Read<uint>(info[InfoDataSegmentsOutOffset..]) > 0;

    /// <summary>IPv4 on an IPv6 socket is IPv4 on the wire.</summary>
    private static IPEndPoint End(ReadOnlySpan<byte> id, int portOffset, int addressOffset, byte family)
    {
        var address = new IPAddress(id.Slice(addressOffset, family == Rtnetlink.AF_INET ? 4 : 16));
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, BinaryPrimitives.ReadUInt16BigEndian(id[portOffset..]));
    }
}
