using System.Net;
using System.Text;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Runs;

/// <summary>Hosts with agents that carry out at once what they are asked for, and note how often.</summary>
internal sealed class FleetModel
{
    private readonly KeyStore keys;

    public FleetModel(KeyStore keys, MigrationPlan plan)
    {
        this.keys = keys;
        foreach (var host in plan.Hosts.Select(static host => host.Name).Append(plan.Manager))
            keys.Set(BridgeKeys.Host(host), BridgeRecords.Encode(new HostRecord(
                host, "", "20.10.5", IPAddress.Loopback, null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "1")));
        foreach (var host in plan.Hosts)
            foreach (var container in host.Containers)
                keys.Set(BridgeKeys.Container(host.Name, container.Id), BridgeRecords.Encode(new ContainerRecord(
                    container.Id, container.Name, "busybox", "running", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty)));
    }

    /// <summary>What was carried out, in order: step, attempt, direction.</summary>
    public List<string> Done { get; } = [];

    /// <summary>Steps that fail at this attempt.</summary>
    public Dictionary<string, int> Fails { get; } = [];

    public void Work()
    {
        foreach (var key in keys.Keys)
        {
            if (BridgeKeys.TryParse(key) is not BridgeKey.HostTask { HostName: var host, Step: var step })
                continue;
            var task = Read<HostTaskRecord>(key)!;
            var report = Read<HostTaskReport>(BridgeKeys.HostTaskReport(host, step));
            if (report is not null && report.Run == task.Run && report.Attempt == task.Attempt && report.Undo == task.Undo)
                continue;
            var fails = Fails.GetValueOrDefault(step) == task.Attempt;
            Done.Add($"{step} {task.Attempt}{(task.Undo ? " undo" : "")}{(fails ? " failed" : "")}");
            keys.Set(BridgeKeys.HostTaskReport(host, step), BridgeRecords.Encode(new HostTaskReport(
                task.Run, step, task.Attempt, task.Undo, fails ? HostTaskState.Failed : HostTaskState.Done, "", ["something"], fails ? "no disk" : "", fails ? "Make room" : "",
                DateTimeOffset.UnixEpoch)));
        }
    }

    private T? Read<T>(string key)
        where T : class, IBridgeRecord<T> => keys[key] is { } text ? BridgeRecords.Decode<T>(key, Encoding.UTF8.GetBytes(text)) : null;
}
