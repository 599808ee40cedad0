using System.Runtime.InteropServices;
using OverlayBridge.DataPlane.Redirect;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;
using static OverlayBridge.DataPlane.Netlink.SockDiag;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>A sock_diag socket in the namespace of the thread that opens it: lists and destroys TCP sockets, as <c>ss</c> does.</summary>
internal sealed class DiagSocket : IDisposable
{
    private readonly NetlinkSocket socket = new(LibC.ProtocolSockDiag);
    private uint sequence;

    public void Dispose() => socket.Dispose();

    /// <summary>The open TCP sockets of an address family.</summary>
    /// <exception cref="NetlinkException">The kernel refuses: it has no tcp_diag, for one.</exception>
    public List<(StoreConnection Connection, uint Mark)> List(byte family)
    {
        Send(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, family, OpenStates, id: default);
        var found = new List<(StoreConnection, uint)>();
        while (true)
        {
            var rest = socket.Receive();
            while (NetlinkMessage.TryTake(ref rest, out var message))
            {
                if (message.Sequence != sequence)
                    continue;
                if (message.Type is NLMSG_ERROR or NLMSG_DONE)
                    return message.ErrorNumber() is 0 ? found : throw new NetlinkException("the kernel lists no TCP sockets", message.ErrorNumber());
                if (message.Type == NLMSG_OVERRUN)
                    throw new NetlinkException("the kernel lost a part of the list of TCP sockets");
                if (SocketReader.Read(message) is { } item)
                    found.Add(item);
            }
        }
    }

    /// <returns>0, or the error number: <see cref="Errno.NoEntry"/> for a socket that is gone.</returns>
    /// <exception cref="NetlinkException">The answer is malformed or does not come.</exception>
    public int Destroy(byte family, ReadOnlySpan<byte> id)
    {
        Send(SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, family, uint.MaxValue, id);
        while (true)
        {
            var rest = socket.Receive();
            while (NetlinkMessage.TryTake(ref rest, out var message))
                if (message.Sequence == sequence && message.Type == NLMSG_ERROR)
                    return message.ErrorNumber();
        }
    }

    private void Send(ushort type, int flags, byte family, uint states, ReadOnlySpan<byte> id)
    {
        Span<byte> bytes = stackalloc byte[HeaderLength + RequestLength];
        bytes.Clear();
        MemoryMarshal.Write(bytes, (uint)bytes.Length);
        MemoryMarshal.Write(bytes[4..], type);
        MemoryMarshal.Write(bytes[6..], (ushort)flags);
        MemoryMarshal.Write(bytes[8..], ++sequence);
        var request = bytes[HeaderLength..];
        request[0] = family;
        request[1] = IPPROTO_TCP;
        request[2] = 1 << (INET_DIAG_INFO - 1);
        MemoryMarshal.Write(request[4..], states);
        id.CopyTo(request[SocketIdOffset..]);
        socket.Send(bytes);
    }
}
