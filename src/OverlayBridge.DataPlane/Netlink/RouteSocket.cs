using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>
/// A netlink route socket in the namespace of the thread that opens it.
/// </summary>
internal sealed class RouteSocket : IDisposable
{
    /// <summary>Acknowledgements of so many requests fit the smallest receive buffer a kernel gives.</summary>
    private const int BatchSize = 64;
    private const int MaxDumpAttempts = 10;

    private readonly NetlinkSocket socket = new(LibC.ProtocolRoute);
    private readonly RequestBuilder request = new();
    private uint sequence;

    public void Dispose() => socket.Dispose();

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
            socket.Send(request.Written);
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
            socket.Send(request.Written);
            for (var due = count; due > 0;)
                due -= ReceiveAcknowledgements(first, changes, start, count, failures);
        }
        return failures;
    }

    /// <summary>Deletes a device; one that is not there is no failure.</summary>
    /// <exception cref="NetlinkException">The kernel refuses.</exception>
    public void DeleteLink(int linkIndex)
    {
        request.Clear();
        request.DeleteLink(linkIndex, ++sequence);
        socket.Send(request.Written);
        while (true)
        {
            var rest = socket.Receive();
            while (NetlinkMessage.TryTake(ref rest, out var message))
                if (message.Type == NLMSG_ERROR && message.Sequence == sequence)
                {
                    if (message.ErrorNumber() is not (0 or Errno.NoDevice) and var errno)
                        throw new NetlinkException($"cannot delete the network device of index {linkIndex}", errno);
                    return;
                }
        }
    }

    private (List<T> Items, bool Interrupted) ReceiveDump<T>(ushort type, Read<T> read)
        where T : class
    {
        var items = new List<T>();
        var interrupted = false;
        while (true)
        {
            var rest = socket.Receive();
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

    private static bool MayBeGone(EntryChange change) =>
        change is EntryChange.RemoveNeighbour or EntryChange.RemoveForwarding or EntryChange.UnmarkNeighbour or EntryChange.UnmarkForwarding;

    /// <returns>How many of the batch were acknowledged, well or not.</returns>
    private int ReceiveAcknowledgements(
        uint first, IReadOnlyList<EntryChange> changes, int start, int count, List<EntryFailure> failures)
    {
        var acknowledged = 0;
        var rest = socket.Receive();
        while (NetlinkMessage.TryTake(ref rest, out var message))
        {
            var position = message.Sequence - first;
            if (message.Type != NLMSG_ERROR || position >= count)
                continue;
            acknowledged++;
            var change = changes[start + (int)position];
            var errno = message.ErrorNumber();
            if (errno == 0 || (errno == Errno.NoEntry && MayBeGone(change)))
                continue;
            var said = message.ErrorText();
            failures.Add(new EntryFailure(change, errno, NetlinkException.Describe(errno) + (said is null ? "" : $": {said}")));
        }
        return acknowledged;
    }
}
