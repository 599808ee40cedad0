using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>
/// A netlink socket in the namespace of the thread that opens it. The kernel answers a request while it is being sent, so that
/// nothing here waits for longer than the kernel works; a time limit guards against the answer that never comes.
/// </summary>
internal sealed class NetlinkSocket : IDisposable
{
    private const int ReceiveBufferLength = 1 << 20;
    private const int ReceiveTimeoutSeconds = 5;

    private readonly SafeFileHandle handle;
    private readonly byte[] received = new byte[64 * 1024];

    /// <exception cref="NetlinkException">The system refuses.</exception>
    public NetlinkSocket(int protocol)
    {
        handle = LibC.Socket(LibC.FamilyNetlink, LibC.SocketRaw | LibC.SocketCloseOnExec, protocol);
        if (handle.IsInvalid)
            throw new NetlinkException($"cannot open a netlink socket of protocol {protocol}", Marshal.GetLastPInvokeError());
        try
        {
            SetOption(LibC.LevelSocket, LibC.OptionReceiveBuffer, ReceiveBufferLength);
            SetOption(LibC.LevelSocket, LibC.OptionReceiveTimeout, (nint)ReceiveTimeoutSeconds, (nint)0);
            SetOption(LibC.LevelNetlink, LibC.OptionCapAck, 1);
            SetOption(LibC.LevelNetlink, LibC.OptionExtAck, 1);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Dispose() => handle.Dispose();

    /// <exception cref="NetlinkException">The system refuses.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        nint sent;
        do
            sent = LibC.Send(handle, bytes, bytes.Length, 0);
        while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        if (sent != bytes.Length)
            throw new NetlinkException("cannot send to netlink", Marshal.GetLastPInvokeError());
    }

    /// <summary>The next datagram; good until the next call.</summary>
    /// <exception cref="NetlinkException">The system refuses, or nothing came in time.</exception>
    public ReadOnlySpan<byte> Receive() =>
        TryReceive(0, out var datagram) ? datagram : throw new NetlinkException("cannot receive from netlink", Errno.TryAgain);

    /// <summary>The next datagram if one is there; good until the next call.</summary>
    /// <exception cref="NetlinkException">The system refuses.</exception>
    public bool TryReceive(out ReadOnlySpan<byte> datagram) => TryReceive(LibC.MessageDoNotWait, out datagram);

    private bool TryReceive(int flags, out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        nint length;
        do
            length = LibC.Receive(handle, received, received.Length, flags | LibC.MessageTruncated);
        while (length < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        if (length < 0)
            return Marshal.GetLastPInvokeError() == Errno.TryAgain ? false : throw new NetlinkException("cannot receive from netlink", Marshal.GetLastPInvokeError());
        if (length > received.Length)
            throw new NetlinkException($"a netlink datagram of {length} bytes is longer than the {received.Length} expected");
        datagram = received.AsSpan(0, (int)length);
        return true;
    }

    /// <exception cref="NetlinkException">The system refuses.</exception>
    public void SetOption<T>(int level, int option, params ReadOnlySpan<T> value)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(value);
        if (LibC.SetSocketOption(handle, level, option, bytes, bytes.Length) != 0)
            throw new NetlinkException($"cannot set option {option} of a netlink socket", Marshal.GetLastPInvokeError());
    }
}
