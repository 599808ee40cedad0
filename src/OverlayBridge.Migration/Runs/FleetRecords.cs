using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Runs;

/// <summary>
/// What the hosts' records say that a run is decided on. A record is decoded when it was changed, so that to look often at many hosts costs little; one that
/// cannot be read is as good as none, and named once.
/// </summary>
public sealed class FleetRecords(IConsulClient client, ExecutorOptions options, TimeProvider time, Action<string>? unreadable = null)
{
    private readonly Dictionary<string, (ulong Index, object? Record)> decoded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ulong Index, long Seen)> counts = new(StringComparer.Ordinal);

    public async ValueTask<FleetLook> LookAsync(string run, CancellationToken token)
    {
        var look = new LookBuilder(run);
        var entries = (await client.ListAsync(BridgeKeys.Hosts, new ReadOptions(Consistency.Consistent), token).ConfigureAwait(false)).Value;
        foreach (var entry in entries)
        {
            switch (BridgeKeys.TryParse(entry.Key))
            {
                case BridgeKey.Host key when Record<HostRecord>(entry) is { } host:
                    look.Hosts[key.Name] = host;
                    break;
                case BridgeKey.Container key when Record<ContainerRecord>(entry) is { } container:
                    look.Containers[(key.HostName, container.Name)] = container.State;
                    break;
                case BridgeKey.HostTask key when Record<HostTaskRecord>(entry) is { } task && task.Run == run:
                    look.Tasks.Add((key.HostName, key.Step));
                    break;
                case BridgeKey.HostTaskReport key when Record<HostTaskReport>(entry) is { } report && report.Run == run:
                    look.Reports[key.Step] = report;
                    break;
                case BridgeKey.Probe key when Record<ProbeTaskRecord>(entry) is { } task && task.Run == run:
                    look.ProbeTasks[(key.HostName, key.Name)] = task;
                    break;
                case BridgeKey.ProbeReport key when Record<ProbeReport>(entry) is { } report && report.Run == run:
                    look.Probes[key.Name] = (report, entry);
                    break;
            }
        }
        Forget(entries);
        return look.Build(IsFresh);
    }

    private T? Record<T>(KeyValueEntry entry)
        where T : class, IBridgeRecord<T>
    {
        if (decoded.TryGetValue(entry.Key, out var known) && known.Index == entry.ModifyIndex)
            return known.Record as T;
        T? record = null;
        try
        {
            record = BridgeRecords.Decode<T>(entry.Key, entry.Value.AsSpan());
        }
        catch (BridgeRecordException e)
        {
            unreadable?.Invoke(e.Message);
        }
        decoded[entry.Key] = (entry.ModifyIndex, record);
        return record;
    }

    private void Forget(ImmutableArray<KeyValueEntry> entries)
    {
        if (decoded.Count <= entries.Length)
            return;
        var there = entries.Select(static entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in decoded.Keys.Where(key => !there.Contains(key)).ToList())
            decoded.Remove(gone);
    }

    /// <summary>By this node's own clock: whether the count went on lately.</summary>
    private bool IsFresh(ProbeTaskRecord? task, KeyValueEntry report)
    {
        if (!counts.TryGetValue(report.Key, out var last) || last.Index != report.ModifyIndex)
            counts[report.Key] = last = (report.ModifyIndex, time.GetTimestamp());
        return time.GetElapsedTime(last.Seen) < options.ProbePatience + TimeSpan.FromMilliseconds(2.0 * (task?.IntervalMilliseconds ?? 0) + (task?.TimeoutMilliseconds ?? 0));
    }

    private sealed class LookBuilder(string run)
    {
        public Dictionary<string, HostRecord> Hosts { get; } = new(StringComparer.Ordinal);

        public Dictionary<(string Host, string Name), string> Containers { get; } = [];

        public HashSet<(string Host, string Step)> Tasks { get; } = [];

        public Dictionary<string, HostTaskReport> Reports { get; } = new(StringComparer.Ordinal);

        public Dictionary<(string Host, string Probe), ProbeTaskRecord> ProbeTasks { get; } = [];

        public Dictionary<string, (ProbeReport Report, KeyValueEntry Entry)> Probes { get; } = new(StringComparer.Ordinal);

        public FleetLook Build(Func<ProbeTaskRecord?, KeyValueEntry, bool> isFresh) => new(
            run, Hosts, Containers, Tasks, Reports.ToImmutableDictionary(), ProbeTasks.ToImmutableDictionary(),
            Probes.ToImmutableDictionary(
                static probe => probe.Key,
                probe => new ProbeSighting(probe.Value.Report, isFresh(ProbeTasks.FirstOrDefault(task => task.Key.Probe == probe.Key).Value, probe.Value.Entry))));
    }
}

/// <summary>The hosts' records at one moment.</summary>
/// <param name="Containers">The engine's word for the state, by host and name.</param>
/// <param name="Tasks">What hosts are asked for by the run.</param>
public sealed record FleetLook(
    string Run,
    IReadOnlyDictionary<string, HostRecord> Hosts,
    IReadOnlyDictionary<(string Host, string Name), string> Containers,
    IReadOnlySet<(string Host, string Step)> Tasks,
    ImmutableDictionary<string, HostTaskReport> Reports,
    ImmutableDictionary<(string Host, string Probe), ProbeTaskRecord> ProbeTasks,
    ImmutableDictionary<string, ProbeSighting> Probes)
{
    private const string Running = "running";

    /// <summary>All that is decided on.</summary>
    public RunView View(RunRecord run, RunPlan plan, RunContent content, DateTimeOffset now) => new(
        run, plan, content.Journal, content.StageRecords, Reports,
        Hosts.ToImmutableDictionary(static host => host.Key, static host => new RunHost(host.Value.State == HostState.Up, host.Value.Engine == EngineState.Up)),
        Away(plan.Plan), ProbeTasks, Probes, now);

    /// <summary>Members that ran when the plan was made and are not known to run: neither where they were, nor where they may have been moved to.</summary>
    private ImmutableDictionary<string, string> Away(MigrationPlan plan)
    {
        var away = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var host in plan.Hosts)
            foreach (var container in host.Containers)
                if (container is { IsRunning: true, ReplicaSet: not null } && Fault(host.Name, container.Name) is { } fault &&
                    (container.MoveTo is not { } other || Fault(other, container.Name) is not null))
                    away[$"{host.Name}/{container.Name}"] = fault;
        return away.ToImmutable();
    }

    private string? Fault(string host, string container)
    {
        if (!Hosts.TryGetValue(host, out var record))
            return "its host has no agent";
        if (record.State != HostState.Up)
            return "its host is not heard of";
        if (record.Engine != EngineState.Up)
            return "its engine is down";
        return Containers.TryGetValue((host, container), out var state) ? state == Running ? null : state : "not there";
    }
}
