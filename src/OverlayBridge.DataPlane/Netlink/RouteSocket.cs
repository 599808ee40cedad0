using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>
/// A netlink route socket in some namespace. The kernel answers a request while it is being sent, so that nothing here
/// waits for longer than the kernel works; a time limit guards against the answer that never comes.
/// </summary>
internal sealed class RouteSocket : IDisposable
{
    /// <summary>Acknowledgements of so many requests fit the smallest receive buffer a kernel gives.</summary>
    private const int BatchSize = 64;
    private const int MaxDumpAttempts = 10;
    private const int ReceiveBufferLength = 1 << 20;
    private const int ReceiveTimeoutSeconds = 5;

    private readonly SafeFileHandle handle;
    private readonly byte[] received = new byte[64 * 1024];
    private readonly RequestBuilder request = new();
    private uint sequence;

    /// <summary>Opens a socket in the calling thread's namespace.</summary>
    /// <exception cref="NetlinkException">The system refuses.</exception>
    public RouteSocket()
    {
        handle = LibC.Socket(LibC.FamilyNetlink, LibC.SocketRaw | LibC.SocketCloseOnExec, LibC.ProtocolRoute);
        if (handle.IsInvalid)
            throw new NetlinkException("cannot open a netlink route socket", Marshal.GetLastPInvokeError());
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

    public delegate T? Read<T>(NetlinkMessage message)
        where T : class;

    /// <summary>Everything of a kind that <paramref name="read"/> makes something of, read again while the kernel says it changed meanwhile.</summary>
    /// <exception cref="NetlinkException">The kernel refuses, or its answer is malformed.</exception>
    public List<T> Dump<T>(ushort type, byte family, Read<T> read)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            request.Clear();
            request.Dump(type, family, ++sequence);
            Send();
            var (items, interrupted) = ReceiveDump(type, read);
            if (!interrupted || attempt == MaxDumpAttempts)
                return items;
        }
    }

    /// <summary>Carries out all changes, in order; what the kernel refuses does not keep the others from being made.</summary>
    /// <exception cref="NetlinkException">The socket fails; some of the changes may have been made.</exception>
    public List<EntryFailure> Apply(IReadOnlyList<EntryChange> changes, int linkIndex)
    {
        var failures = new List<EntryFailure>();
        for (var start = 0; start < changes.Count; start += BatchSize)
        {
            var count = Math.Min(BatchSize, changes.Count - start);
            var first = sequence + 1;
            request.Clear();
            for (var i = 0; i < count; i++)
                request.Change(changes[start + i], linkIndex, ++sequence);
            Send();
            for (var due = count; due > 0;)
                due -= ReceiveAcknowledgements(first, changes, start, count, failures);
        }
        return failures;
    }

    private (List<T> Items, bool Interrupted) ReceiveDump<T>(ushort type, Read<T> read)
        where T : class
    {
        var items = new List<T>();
        var interrupted = false;
        while (true)
        {
            var rest = Receive();
            while (NetlinkMessage.TryTake(ref rest, out var message))
            {
                if (message.Sequence != sequence)
                    continue;
                interrupted |= (message.Flags & NLM_F_DUMP_INTR) != 0;
                if (message.Type is NLMSG_ERROR or NLMSG_DONE)
                    return message.ErrorNumber() is 0 and var _
                        ? (items, interrupted)
                        : throw new NetlinkException($"the kernel refuses dump {type}", message.ErrorNumber());
                if (message.Type == NLMSG_OVERRUN)
                    throw new NetlinkException($"the kernel lost a part of dump {type}");
                if (read(message) is { } item)
                    items.Add(item);
            }
        }
    }

    /// <returns>How many of the batch were acknowledged, well or not.</returns>
    private int ReceiveAcknowledgements(
        uint first, IReadOnlyList<EntryChange> changes, int start, int count, List<EntryFailure> failures)
    {
        var acknowledged = 0;
        var rest = Receive();
        while (NetlinkMessage.TryTake(ref rest, out var message))
        {
            var position = message.Sequence - first;
            if (message.Type != NLMSG_ERROR || position >= count)
                continue;
            acknowledged++;
            var change = changes[start + (int)position];
            var errno = message.ErrorNumber();
            if (errno == 0 || (errno == Errno.NoEntry && change is EntryChange.RemoveNeighbour or EntryChange.RemoveForwarding))
                continue;
            var said = message.ErrorText();
            failures.Add(new EntryFailure(change, errno, NetlinkException.Describe(errno) + (said is null ? "" : $": {said}")));
        }
        return acknowledged;
    }

    private void Send()
    {
        var bytes = request.Written;
        nint sent;
        do
            sent = LibC.Send(handle, bytes, bytes.Length, 0);
        while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        if (sent != bytes.Length)
            throw new NetlinkException("cannot send to netlink", Marshal.GetLastPInvokeError());
    }

    private ReadOnlySpan<byte> Receive()
    {
        nint length;
        do
            length = LibC.Receive(handle, received, received.Length, LibC.MessageTruncated);
        while (length < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        if (length < 0)
            throw new NetlinkException("cannot receive from netlink", Marshal.GetLastPInvokeError());
        if (length > received.Length)
            throw new NetlinkException($"a netlink datagram of {length} bytes is longer than the {received.Length} expected");
        return received.AsSpan(0, (int)length);
    }

    private void SetOption<T>(int level, int option, params ReadOnlySpan<T> value)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(value);
        if (LibC.SetSocketOption(handle, level, option, bytes, bytes.Length) != 0)
            throw new NetlinkException($"cannot set option {option} of a netlink socket", Marshal.GetLastPInvokeError());
    }
}
