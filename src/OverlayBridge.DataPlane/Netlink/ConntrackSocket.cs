using System.Buffers.Binary;
using System.Net;
using static OverlayBridge.DataPlane.Netlink.NetfilterRequest;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Makes the kernel forget a tracked connection, as <c>conntrack -D</c> does (linux/netfilter/nfnetlink_conntrack.h).</summary>
internal sealed class ConntrackSocket : IDisposable
{
    private const ushort IPCTNL_MSG_CT_DELETE = (1 << 8) | 2;
    private const ushort NLA_F_NESTED = 0x8000;
    private const ushort CTA_TUPLE_ORIG = 1;
    private const ushort CTA_TUPLE_IP = 1;
    private const ushort CTA_TUPLE_PROTO = 2;
    private const ushort CTA_IP_V4_SRC = 1;
    private const ushort CTA_IP_V6_SRC = 3;
    private const ushort CTA_PROTO_NUM = 1;
    private const ushort CTA_PROTO_SRC_PORT = 2;
    private const ushort CTA_PROTO_DST_PORT = 3;

    private readonly NetlinkSocket socket = new(LibC.ProtocolNetfilter);
    private uint sequence;

    public void Dispose() => socket.Dispose();

    /// <summary>Forgets the connection that was opened so, if the kernel knows it.</summary>
    /// <returns>0, or the error number: <see cref="Errno.NoEntry"/> for one that is not tracked.</returns>
    /// <exception cref="NetlinkException">The answer is malformed or does not come.</exception>
    public int Forget(IPEndPoint from, IPEndPoint to)
    {
        socket.Send(Request(from, to, ++sequence));
        while (true)
        {
            var rest = socket.Receive();
            while (NetlinkMessage.TryTake(ref rest, out var message))
                if (message.Sequence == sequence && message.Type == NLMSG_ERROR)
                    return message.ErrorNumber();
        }
    }

    internal static byte[] Request(IPEndPoint from, IPEndPoint to, uint sequence)
    {
        var (source, target) = (from.Address.GetAddressBytes(), to.Address.GetAddressBytes());
        var sourceType = source.Length == 4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC;
        var addresses = Nest(CTA_TUPLE_IP, [.. Attribute(sourceType, source), .. Attribute((ushort)(sourceType + 1), target)]);
        var ports = Nest(CTA_TUPLE_PROTO, [
            .. Attribute(CTA_PROTO_NUM, [SockDiag.IPPROTO_TCP]),
            .. Attribute(CTA_PROTO_SRC_PORT, Port(from)),
            .. Attribute(CTA_PROTO_DST_PORT, Port(to)),
        ]);
        var tuple = Nest(CTA_TUPLE_ORIG, [.. addresses, .. ports]);
        return Message(IPCTNL_MSG_CT_DELETE, source.Length == 4 ? AF_INET : AF_INET6, resource: 0, sequence, tuple);
    }

    private static byte[] Port(IPEndPoint end)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)end.Port);
        return bytes;
    }

    private static byte[] Nest(ushort type, byte[] inner) => Attribute((ushort)(type | NLA_F_NESTED), inner);
}
