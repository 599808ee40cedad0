using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Serve;

/// <summary>
/// Marks hosts whose agents have fallen silent as lost, by compare-and-set and only while this node leads. Their agents
/// mark them as up again.
/// </summary>
internal sealed partial class HostMonitor(IKeyValueStore store, TimeProvider time, ILogger<HostMonitor> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly Origin Silence = Origin.Control("watch on hosts");

    private readonly HashSet<string> _unreadable = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var start = time.GetTimestamp();
        var watch = HeartbeatWatch.Empty;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                watch = store.Status.IsLeader
                    ? await LookAsync(watch, time.GetElapsedTime(start), stoppingToken).ConfigureAwait(false)
                    : HeartbeatWatch.Empty;
            }
            catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
            {
                LogPostponed(logger, e.Message);
            }
        }
    }

    private async Task<HeartbeatWatch> LookAsync(HeartbeatWatch watch, TimeSpan now, CancellationToken cancellationToken)
    {
        var reading = await store
            .ReadPrefixAsync(StoreKey.FromText(BridgeKeys.Hosts), ReadOptions.Default, cancellationToken)
            .ConfigureAwait(false);
        var beats = await store
            .ReadPrefixAsync(StoreKey.FromText(BridgeKeys.Heartbeats), ReadOptions.Default, cancellationToken)
            .ConfigureAwait(false);
        // Those of the hosts' own keys are of agents of an earlier version.
        var hosts = Hosts(reading.Value.Concat(beats.Value));
        var (next, lost) = watch.Observe(now, hosts.Values.Select(host => host.Sighting));
        foreach (var name in lost)
            await MarkAsync(hosts[name], cancellationToken).ConfigureAwait(false);
        return next;
    }

    private Dictionary<string, Host> Hosts(IEnumerable<StoreEntry> entries)
    {
        var hosts = new Dictionary<string, Host>();
        foreach (var entry in entries)
        {
            switch (BridgeKeys.TryParse(entry.Key.ToString()))
            {
                case BridgeKey.Host key when Read(entry) is { } record:
                    hosts[key.Name] = new Host(key.Name, entry, record, 0);
                    break;
                case BridgeKey.Heartbeat key when hosts.TryGetValue(key.HostName, out var host):
                    hosts[key.HostName] = host with { Heartbeat = Math.Max(host.Heartbeat, entry.ModifyIndex) };
                    break;
            }
        }
        return hosts;
    }

    private HostRecord? Read(StoreEntry entry)
    {
        try
        {
            return BridgeRecords.Decode<HostRecord>(entry.Key.ToString(), entry.Value.AsSpan());
        }
        catch (BridgeRecordException e)
        {
            if (_unreadable.Add($"{entry.Key} {entry.ModifyIndex}"))
                LogUnreadable(logger, e.Message);
            return null;
        }
    }

    private async Task MarkAsync(Host host, CancellationToken cancellationToken)
    {
        var lost = host.Record with { State = HostState.Lost, Since = time.GetUtcNow() };
        var command = new SetCommand(
            host.Entry.Key, [.. BridgeRecords.Encode(lost)], host.Entry.Flags, host.Entry.ModifyIndex) { By = Silence };
        var result = await store.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        if (result.Done)
            LogLost(logger, host.Name, HeartbeatWatch.Patience.TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Host {Host} is lost: no heartbeat for {Seconds} s. Its records stay as last known")]
    private static partial void LogLost(ILogger logger, string host, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A host record cannot be read and its host is not watched: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Hosts are not looked at for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);

    private sealed record Host(string Name, StoreEntry Entry, HostRecord Record, ulong Heartbeat)
    {
        public HostSighting Sighting => new(Name, Heartbeat, Record.State == HostState.Lost);
    }
}
