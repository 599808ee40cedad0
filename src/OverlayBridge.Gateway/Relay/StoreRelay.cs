using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace OverlayBridge.Gateway.Relay;

/// <summary>
/// Stands at the old store's address for hosts that have no agent: passes everything on to it byte for byte, holds it while the store changes
/// hands, and from then on has this cluster's HTTP answer, on the connections that are there. Who says when is the <see cref="Gate"/>.
/// </summary>
public sealed partial class StoreRelay
{
    private readonly RelayOptions _options;
    private readonly RelayMetrics _metrics;
    private readonly OldStore _old;
    private readonly RelayClients _clients;
    private readonly ILogger<StoreRelay> _logger;
    private int _saidFull;

    public StoreRelay(RelayOptions options, RelayGate gate, RelayMetrics metrics, TimeProvider time, ILogger<StoreRelay> logger)
    {
        (_options, Gate, _metrics, _logger) = (options, gate, metrics, logger);
        _old = new OldStore(options, metrics, time, logger);
        _clients = new RelayClients(time);
    }

    public RelayGate Gate { get; }

    /// <summary>Connections to the old store at this moment.</summary>
    public int OldConnections => _old.Connections;

    /// <summary>Addresses of those who are connected, or were within the last minute.</summary>
    public ImmutableArray<IPAddress> Clients(int most) => _clients.Latest(most);

    /// <summary>Listens for the clients of the old store.</summary>
    public void Listen(KestrelServerOptions options, IPEndPoint address) => options.Listen(address, listen =>
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => async connection =>
        {
            if (await RelayAsync(connection).ConfigureAwait(false))
                await next(connection).ConfigureAwait(false);
        });
    });

    /// <returns>Whether this cluster's HTTP is to go on with the connection.</returns>
    private async Task<bool> RelayAsync(ConnectionContext connection)
    {
        if (Gate.Stance == RelayStance.Serving)
            return true;
        using var client = _clients.Enter((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (_clients.Count > _options.MaxConnections)
        {
            if (Interlocked.Exchange(ref _saidFull, 1) == 0)
                LogFull(_logger, _options.MaxConnections);
            return false;
        }
        _metrics.Connections.Add(1);
        var relayed = new RelayConnection(connection, Gate, _old, _options, _metrics);
        await using (relayed.ConfigureAwait(false))
        {
            var handOver = await relayed.RunAsync().ConfigureAwait(false);
            _metrics.Connections.Add(-1);
            if (handOver)
                _metrics.HandedOver.Add(1);
            return handOver;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The relay has {Count} connections of clients and closes more")]
    private static partial void LogFull(ILogger logger, int count);
}
