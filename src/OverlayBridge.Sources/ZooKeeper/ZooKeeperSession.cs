using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>
/// One session on one connection. Requests may be sent before earlier ones are answered; answers come in their order. It owns
/// nothing on the server but watches, so a session whose connection broke is not taken up again: a new one is made.
/// </summary>
internal sealed class ZooKeeperSession : IAsyncDisposable
{
    private const int NotificationXid = -1, PingXid = -2, AuthXid = -4;
    private const int PingOp = 11, AuthOp = 100, CloseOp = -11;
    private const int MaxHandshakeBytes = 1024;

    private readonly Stream stream;
    private readonly ZooKeeperOptions options;
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<byte[]> outbound = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private readonly Queue<Pending> pending = new();
    private readonly Lock gate = new();
    private Task pumps = Task.CompletedTask;
    private Exception? ended;
    private int lastXid;
    private long lastZxid;
    private int changes;

    private sealed record Pending(int Xid, TaskCompletionSource<ReadOnlyMemory<byte>> Answer);

    private ZooKeeperSession(Stream stream, ZooKeeperOptions options) => (this.stream, this.options) = (stream, options);

    /// <summary>zxid of the newest change that the server had carried out when it last answered.</summary>
    public long LastZxid => Volatile.Read(ref lastZxid);

    /// <summary>How many watches have told of a change.</summary>
    public int Changes => Volatile.Read(ref changes);

    public bool IsLost => Volatile.Read(ref ended) is not null;

    /// <param name="seenZxid">A server that knows less than this refuses the session, so that nobody sees the past again.</param>
    /// <exception cref="SessionLostException">It cannot be reached, or does not serve.</exception>
    /// <exception cref="ProtocolException">It is no ZooKeeper.</exception>
    /// <exception cref="RefusedException">It does not take the digest.</exception>
    public static async Task<ZooKeeperSession> OpenAsync(ServerAddress server, ZooKeeperOptions options, long seenZxid, CancellationToken token)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token);
        Stream? stream = null;
        try
        {
            stream = await ConnectAsync(server, options, linked.Token).ConfigureAwait(false);
            var session = new ZooKeeperSession(stream, options) { lastZxid = seenZxid };
            var silence = await session.HandshakeAsync(linked.Token).ConfigureAwait(false);
            session.pumps = Task.WhenAll(session.SendLoopAsync(silence / 3), session.ReceiveLoopAsync(silence));
            stream = null;
            return session;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new SessionLostException($"no session within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new SessionLostException(error.Message, error);
        }
        finally
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends a request and gives the body of its answer.</summary>
    /// <exception cref="SessionLostException">The session ended before the answer: it may be carried out or not.</exception>
    /// <exception cref="RefusedException">The server refuses it.</exception>
    public async Task<ReadOnlyMemory<byte>> CallAsync(int operation, Action<JuteWriter>? body, CancellationToken token)
    {
        TaskCompletionSource<ReadOnlyMemory<byte>> answer;
        lock (gate)
        {
            if (ended is not null)
                throw new SessionLostException(ended.Message, ended);
            lastXid = lastXid == int.MaxValue ? 1 : lastXid + 1;
            var packet = new JuteWriter().Int32(lastXid).Int32(operation);
            body?.Invoke(packet);
            answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            pending.Enqueue(new(lastXid, answer));
            outbound.Writer.TryWrite(packet.ToPacket());
        }
        return await answer.Task.WaitAsync(token).ConfigureAwait(false);
    }

    /// <summary>Says good-bye, so that the server forgets the session and its watches at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!IsLost)
        {
            try
            {
                await CallAsync(CloseOp, null, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1), options.Time).ConfigureAwait(false);
            }
            catch (Exception error) when (error is SessionLostException or TimeoutException or RefusedException or ProtocolException)
            {
                // The server ends the session by itself after its timeout.
            }
        }
        End(new SessionLostException("it was closed"));
        await pumps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stream.DisposeAsync().ConfigureAwait(false);
        stop.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(ServerAddress server, ZooKeeperOptions options, CancellationToken token)
    {
        if (options.Connect is { } connect)
            return await connect(new(server.Host, server.Port), token).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(server.Host, server.Port), token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Makes the session and gives its timeout.</summary>
    private async ValueTask<TimeSpan> HandshakeAsync(CancellationToken token)
    {
        var request = new JuteWriter()
            .Int32(0).Int64(lastZxid).Int32((int)options.SessionTimeout.TotalMilliseconds).Int64(0).Bytes(new byte[16]).Bool(false);
        await stream.WriteAsync(request.ToPacket(), token).ConfigureAwait(false);
        var answer = await ReadPacketAsync(MaxHandshakeBytes, token).ConfigureAwait(false)
            ?? throw new SessionLostException("it took the connection and closed it: it has no leader, or lags behind", isBusy: true);
        var timeout = Timeout(answer);
        if (options.Digest is { } digest)
        {
            await stream.WriteAsync(
                new JuteWriter().Int32(AuthXid).Int32(AuthOp).Int32(0).Text("digest").Bytes(Encoding.UTF8.GetBytes(digest)).ToPacket(), token).ConfigureAwait(false);
            if (await ReadPacketAsync(MaxHandshakeBytes, token).ConfigureAwait(false) is not { } verdict)
                throw new RefusedException(RefusedException.AuthFailed);
            var (_, _, error) = Header(verdict);
            if (error != 0)
                throw new RefusedException(error);
        }
        return timeout;
    }

    private static TimeSpan Timeout(byte[] answer)
    {
        var reader = new JuteReader(answer);
        reader.Int32(); // protocol version
        return reader.Int32() is var milliseconds and > 0 ? TimeSpan.FromMilliseconds(milliseconds) : throw new SessionLostException("it gives no session", isBusy: true);
    }

    private async Task SendLoopAsync(TimeSpan pingEvery)
    {
        try
        {
            var ping = new JuteWriter().Int32(PingXid).Int32(PingOp).ToPacket();
            var buffer = new MemoryStream();
            while (true)
            {
                buffer.SetLength(0);
                if (!await SomethingToSendAsync(pingEvery).ConfigureAwait(false))
                    buffer.Write(ping);
                while (buffer.Length < 64 << 10 && outbound.Reader.TryRead(out var packet))
                    buffer.Write(packet);
                await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            End(error);
        }
    }

    /// <summary>False when there was nothing for so long.</summary>
    private async Task<bool> SomethingToSendAsync(TimeSpan wait)
    {
        using var timeout = new CancellationTokenSource(wait, options.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, timeout.Token);
        try
        {
            return await outbound.Reader.WaitToReadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ReceiveLoopAsync(TimeSpan silence)
    {
        try
        {
            while (true)
            {
                using var timeout = new CancellationTokenSource(silence, options.Time);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, timeout.Token);
                Receive(await ReadPacketAsync(options.Limits.MaxEntryBytes, linked.Token).ConfigureAwait(false) ?? throw new IOException("it closed the connection"));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            End(new TimeoutException($"no sign of life for {silence.TotalSeconds:0.#} s"));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ProtocolException or ObjectDisposedException)
        {
            End(error);
        }
    }

    private void Receive(byte[] packet)
    {
        var (xid, zxid, error) = Header(packet);
        if (xid == NotificationXid)
            Interlocked.Increment(ref changes);
        if (xid is NotificationXid or PingXid or AuthXid)
            return;
        Pending next;
        lock (gate)
            next = pending.TryDequeue(out var first) && first.Xid == xid ? first : throw new ProtocolException($"the answer {xid} belongs to no request");
        if (zxid > LastZxid)
            Volatile.Write(ref lastZxid, zxid);
        if (error == 0)
            next.Answer.TrySetResult(packet.AsMemory(sizeof(int) + sizeof(long) + sizeof(int)));
        else
            next.Answer.TrySetException(new RefusedException(error));
    }

    private static (int Xid, long Zxid, int Error) Header(byte[] packet)
    {
        var reader = new JuteReader(packet);
        return (reader.Int32(), reader.Int64(), reader.Int32());
    }

    /// <summary>Reads a packet without its length; null when the connection was closed in front of it.</summary>
    private async ValueTask<byte[]?> ReadPacketAsync(int maxBytes, CancellationToken token)
    {
        var head = new byte[sizeof(int)];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, token).ConfigureAwait(false) < head.Length)
            return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length < 0 || length > maxBytes)
            throw new ProtocolException($"it announces an answer of {length} bytes; at most {maxBytes} are taken");
        var packet = new byte[length];
        await stream.ReadExactlyAsync(packet, token).ConfigureAwait(false);
        return packet;
    }

    private void End(Exception reason)
    {
        List<Pending> unanswered;
        lock (gate)
        {
            if (ended is not null)
                return;
            ended = reason;
            unanswered = [.. pending];
            pending.Clear();
        }
        stop.Cancel();
        foreach (var waiting in unanswered)
            waiting.Answer.TrySetException(reason is ProtocolException ? reason : new SessionLostException(reason.Message, reason));
    }
}
