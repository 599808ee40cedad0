using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>By a netlink log group that rules of the hold copy openings to, and raw sockets.</summary>
public sealed class HeldOpenings : IHeldOpenings
{
    /// <summary>In which the socket's buffer does not fill.</summary>
    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(50);

    private readonly HostNetwork network;
    private readonly LogSocket socket;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly OpeningNotes notes = new();
    private readonly Task reading;
    private NetlinkException? failure;

    private HeldOpenings(HostNetwork network, LogSocket socket, TimeProvider time)
    {
        this.network = network;
        this.socket = socket;
        reading = ReadAsync(time);
    }

    /// <summary>Begins to listen. To be called before the hold's rules are made.</summary>
    /// <exception cref="RedirectException">The host does not let it.</exception>
    public static async Task<HeldOpenings> ListenAsync(HostNetwork network, TimeProvider time, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        try
        {
            return new HeldOpenings(network, await network.RunAsync(static () => new LogSocket(StoreRules.NoteGroup)).ConfigureAwait(false), time);
        }
        catch (NetlinkException e)
        {
            throw new RedirectException(
                "Openings of connections that are held cannot be noted.",
                e.Message,
                e.Errno == Errno.Busy ? "Look in /proc/net/netfilter/nfnetlink_log for who listens: another agent?" : "The kernel needs nfnetlink_log (CONFIG_NETFILTER_NETLINK_LOG); load it with modprobe.",
                e);
        }
    }

    /// <inheritdoc/>
    public async Task<int> ResendAsync(IReadOnlySet<IPEndPoint> stores, CancellationToken token)
    {
        var connections = await new StoreConnections(network).ListAsync(stores, token).ConfigureAwait(false);
        ImmutableArray<HeldOpening> due;
        lock (gate)
        {
            Drain();
            due = notes.Take(stores, connections);
        }
        var refusals = await SendAsync(due).ConfigureAwait(false);
        if (refusals.Length > 0)
            throw new RedirectException(
                $"{refusals.Length} of {due.Length} held openings of connections could not be sent again.", refusals[0].Message, "Run the agent as root or with CAP_NET_RAW.", refusals[0]);
        return failure is null
            ? due.Length
            : throw new RedirectException("Openings of connections that are held were noted for a part of the time only.", failure.Message, "None is needed.", failure);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        socket.Dispose();
        stop.Dispose();
    }

    /// <returns>Why each of those that could not be sent could not.</returns>
    private async Task<SocketException[]> SendAsync(ImmutableArray<HeldOpening> due)
    {
        try
        {
            return due.IsEmpty ? [] : await network.RunAsync(() => due.Select(Send).OfType<SocketException>().ToArray()).ConfigureAwait(false);
        }
        catch (NetlinkException e)
        {
            throw new RedirectException($"{due.Length} held openings of connections could not be sent again.", e.Message, "Run the agent as root or with CAP_SYS_ADMIN.", e);
        }
    }

    private async Task ReadAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(ReadInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
                lock (gate)
                    Drain();
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    /// <summary>Under the gate. Who asks for the notes is told of a failure.</summary>
    private void Drain()
    {
        if (failure is not null)
            return;
        try
        {
            socket.Drain(notes.Add);
        }
        catch (NetlinkException e)
        {
            failure = e;
        }
    }

    /// <summary>From the program's own address, and with its mark, so that it takes the route of the program's own packets.</summary>
    /// <returns>Why it could not be sent; null when it was.</returns>
    private static SocketException? Send(HeldOpening opening)
    {
        try
        {
            using var raw = new Socket(opening.To.AddressFamily, SocketType.Raw, ProtocolType.Raw); // "raw" takes packets with their IP header
            if (opening.Mark != 0)
                raw.SetRawSocketOption(LibC.LevelSocket, LibC.OptionMark, BitConverter.GetBytes(opening.Mark));
            raw.Bind(new IPEndPoint(opening.From.Address, 0));
            raw.SendTo(opening.Sealed(), new IPEndPoint(opening.To.Address, 0)); // IPv6 takes a port for a protocol
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }
}
