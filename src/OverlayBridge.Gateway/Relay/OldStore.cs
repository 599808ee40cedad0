using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace OverlayBridge.Gateway.Relay;

/// <summary>The old store's servers, as a relay reaches them.</summary>
internal sealed partial class OldStore(RelayOptions options, RelayMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>Consul takes 200 connections from one address unless it is told otherwise (<c>limits.http_max_conns_per_client</c>), and closes more.</summary>
    private const int ManyConnections = 180;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(30);

    private int _connections;
    private int _saidMany;
    private long _saidDown;
    private volatile int _last;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Connects to the first server that takes a connection, the one that took the last first. Tries again for as long as a request may wait.</summary>
    /// <returns>Null: none does.</returns>
    public async ValueTask<OldStoreConnection?> ConnectAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            if (await TryAllAsync(cancellationToken).ConfigureAwait(false) is { } socket)
                return Open(socket);
            if (time.GetElapsedTime(begun) >= options.OldStoreWait)
                return null;
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private OldStoreConnection Open(Socket socket)
    {
        metrics.OldConnections.Add(1);
        if (Interlocked.Increment(ref _connections) == ManyConnections && Interlocked.Exchange(ref _saidMany, 1) == 0)
            LogMany(logger, ManyConnections);
        return new OldStoreConnection(socket, () =>
        {
            Interlocked.Decrement(ref _connections);
            metrics.OldConnections.Add(-1);
        });
    }

    private async ValueTask<Socket?> TryAllAsync(CancellationToken cancellationToken)
    {
        var (first, why) = (_last, "");
        for (var i = 0; i < options.Servers.Length; i++)
        {
            var at = (first + i) % options.Servers.Length;
            try
            {
                var socket = await TryAsync(options.Servers[at], cancellationToken).ConfigureAwait(false);
                _last = at;
                return socket;
            }
            catch (SocketException e)
            {
                why = e.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                why = $"no connection within {options.ConnectTimeout.TotalSeconds:0} s";
            }
        }
        SayDown(why);
        return null;
    }

    private async ValueTask<Socket> TryAsync(System.Net.DnsEndPoint server, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            options.Prepare(socket);
            await socket.ConnectAsync(server.Host, server.Port, both.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void SayDown(string why)
    {
        var (last, now) = (Interlocked.Read(ref _saidDown), time.GetTimestamp());
        if ((last == 0 || time.GetElapsedTime(last, now) >= LogEvery) && Interlocked.CompareExchange(ref _saidDown, now, last) == last)
            LogDown(logger, string.Join(", ", options.Servers.Select(static server => $"{server.Host}:{server.Port}")), why);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The old store {Servers} takes no connection ({Why}); requests wait for it a while, and are then answered 500 'No cluster leader'")]
    private static partial void LogDown(ILogger logger, string servers, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay has {Count} connections to the old store. Consul closes those beyond 200 from one address: raise limits.http_max_conns_per_client there, 'consul reload' takes it")]
    private static partial void LogMany(ILogger logger, int count);
}
