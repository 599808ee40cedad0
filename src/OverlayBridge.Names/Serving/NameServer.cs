using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OverlayBridge.Names.Answers;
using OverlayBridge.Names.Messages;
using OverlayBridge.Names.Views;

namespace OverlayBridge.Names.Serving;

/// <summary>
/// A DNS server on one address, by UDP and TCP; answers come from the address that was asked. What is its own it answers at once, from the view of that moment;
/// the rest it hands to workers that ask the client's own servers. Only the host's own containers are served.
/// </summary>
public sealed class NameServer : IDisposable
{
    /// <summary>Questions to other servers at a time, and those that may wait for a turn; more are answered as failed.</summary>
    private const int Forwards = 64;

    private const int ForwardsWaiting = 1024;
    private const int Connections = 32;
    private const int ReceiveBufferBytes = 1024 * 1024;
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);

    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Func<IPAddress, bool> _isOwn;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly NamesMeter _meter = new();
    private readonly Channel<Forwarded> _forwards = Channel.CreateBounded<Forwarded>(ForwardsWaiting);
    private NameView _view = NameView.Empty;
    private int _turn;

    private NameServer(Socket udp, Socket tcp, Func<IPAddress, bool> isOwn, TimeProvider time, ILogger log) =>
        (_udp, _tcp, _isOwn, _time, _log) = (udp, tcp, isOwn, time, log);

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_udp.LocalEndPoint!;

    /// <param name="isOwn">Whether an address is that of a container of this host: others get no answer, so that nobody misuses the server against a third.</param>
    /// <exception cref="SocketException">The address is not there (yet), or in use.</exception>
    public static NameServer Listen(IPEndPoint endPoint, Func<IPAddress, bool> isOwn, TimeProvider time, ILogger log)
    {
        var udp = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBufferBytes };
        var tcp = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            udp.Bind(endPoint);
            tcp.Bind(udp.LocalEndPoint!);
            tcp.Listen();
            return new(udp, tcp, isOwn, time, log);
        }
        catch
        {
            udp.Dispose();
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>From now on this is answered.</summary>
    public void Use(NameView view) => Volatile.Write(ref _view, view);

    /// <summary>Serves until cancelled.</summary>
    public Task RunAsync(CancellationToken token) => Task.WhenAll(
    [
        UdpAsync(token),
        .. Enumerable.Range(0, Forwards).Select(_ => ForwardAsync(token)),
        .. Enumerable.Range(0, Connections).Select(_ => TcpAsync(token)),
    ]);

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
        _meter.Dispose();
    }

    private async Task UdpAsync(CancellationToken token)
    {
        var query = new byte[ushort.MaxValue];
        var response = new byte[DnsResponse.OwnUdpLength];
        var from = new SocketAddress(_udp.AddressFamily);
        var any = EndPoint;
        while (true)
        {
            int length;
            try
            {
                length = await _udp.ReceiveFromAsync(query, SocketFlags.None, from, token).ConfigureAwait(false);
            }
            catch (SocketException failure)
            {
                _log.LogWarning("A name query could not be received: {Reason}", failure.Message);
                continue;
            }

            var asker = (IPEndPoint)any.Create(from);
            var answer = Answer(query.AsSpan(0, length), asker.Address, byTcp: false, response, out var client);
            if (answer.Kind == AnswerKind.Forward && !_forwards.Writer.TryWrite(new(query.AsSpan(0, length).ToArray(), asker, client!)))
                answer = new(AnswerKind.Failed, Answerer.Fail(query.AsSpan(0, length), ResponseCode.ServerFailure, response));
            if (answer.Length > 0)
                await SendAsync(response.AsMemory(0, answer.Length), from, token).ConfigureAwait(false);
        }
    }

    private async Task ForwardAsync(CancellationToken token)
    {
        var response = new byte[Answerer.TcpLength];
        await foreach (var forwarded in _forwards.Reader.ReadAllAsync(token).ConfigureAwait(false))
        {
            var length = await AskAsync(forwarded.Query, forwarded.Client, byTcp: false, response, token).ConfigureAwait(false);
            await SendAsync(response.AsMemory(0, length), forwarded.From.Serialize(), token).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, SocketAddress to, CancellationToken token)
    {
        try
        {
            await _udp.SendToAsync(message, SocketFlags.None, to, token).ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            _log.LogDebug("An answer could not be sent: {Reason}", failure.Message); // The container has gone, or asks again.
        }
    }

    private async Task TcpAsync(CancellationToken token)
    {
        var query = new byte[Answerer.TcpLength];
        var response = new byte[Answerer.TcpLength];
        while (true)
            try
            {
                using var socket = await _tcp.AcceptAsync(token).ConfigureAwait(false);
                using var stream = new NetworkStream(socket);
                while (await OneAsync(stream, ((IPEndPoint)socket.RemoteEndPoint!).Address, query, response, token).ConfigureAwait(false))
                {
                }
            }
            catch (Exception failure) when (failure is IOException or SocketException || (failure is OperationCanceledException && !token.IsCancellationRequested))
            {
                _log.LogDebug("A connection of the name server ended: {Reason}", failure.Message); // By the asker, or by the time limit.
            }
    }

    /// <summary>One query of a connection.</summary>
    /// <returns>False at its end.</returns>
    private async Task<bool> OneAsync(NetworkStream stream, IPAddress asker, byte[] query, byte[] response, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(IdleLimit);
        var length = await TcpFraming.ReadAsync(stream, query, limit.Token).ConfigureAwait(false);
        if (length == 0)
            return false;
        var answer = Answer(query.AsSpan(0, length), asker, byTcp: true, response, out var client);
        var count = answer.Kind == AnswerKind.Forward ? await AskAsync(query.AsMemory(0, length), client!, byTcp: true, response, limit.Token).ConfigureAwait(false) : answer.Length;
        if (count == 0)
            return false;
        await TcpFraming.WriteAsync(stream, response.AsMemory(0, count), limit.Token).ConfigureAwait(false);
        return true;
    }

    private Answer Answer(ReadOnlySpan<byte> query, IPAddress asker, bool byTcp, Span<byte> response, out NameClient? client)
    {
        client = null;
        if (!_isOwn(asker))
        {
            _meter.Stranger();
            return new(AnswerKind.Dropped);
        }

        var view = Volatile.Read(ref _view);
        client = view.ClientAt(asker);
        var answer = Answerer.Answer(query, view, client, (uint)Interlocked.Increment(ref _turn), byTcp, response);
        _meter.Query(answer.Kind, byTcp);
        return answer;
    }

    /// <summary>Asks the client's own servers; where none answers, the answer says that.</summary>
    private async Task<int> AskAsync(ReadOnlyMemory<byte> query, NameClient client, bool byTcp, Memory<byte> response, CancellationToken token)
    {
        var started = _time.GetTimestamp();
        var length = await Forwarder.AskAsync(query, QuestionEnd(query.Span), client.Upstreams, byTcp, response, token).ConfigureAwait(false);
        _meter.Forwarded(_time.GetElapsedTime(started), length > 0);
        return length > 0 ? length : Answerer.Fail(query.Span, ResponseCode.ServerFailure, response.Span);
    }

    private static int QuestionEnd(ReadOnlySpan<byte> query)
    {
        Span<char> name = stackalloc char[DnsQuery.NameLengthMax];
        DnsQuery.Read(query, name, out var read);
        return read.QuestionEnd;
    }

    private sealed record Forwarded(byte[] Query, IPEndPoint From, NameClient Client);
}
