using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Tests.Migrate;

/// <summary>A host with an agent as far as the protocol goes: it is there with its containers, and does at once what a run asks for.</summary>
internal sealed class FakeHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IConsulClient _store;
    private readonly HostRecord _host;
    private readonly PlanHost? _plan;
    private readonly HashSet<HostTaskRecord> _begun = [];
    private readonly HashSet<HostTaskRecord> _reported = [];
    private readonly Task _running;
    private ulong _beats;

    /// <param name="plan">Null for a host without containers.</param>
    public FakeHost(Uri store, HostRecord host, PlanHost? plan)
    {
        (_store, _host, _plan) = (SourceFactory.Connect(StateUri.Parse($"bridge://{store.Authority}")), host, plan);
        _running = RunAsync();
    }

    /// <summary>A step that fails as long as this names it.</summary>
    public string Fails { get; set; } = "";

    /// <summary>Its records are in the store.</summary>
    public bool IsThere => _beats > 1;

    /// <summary>What it was asked for and did: step, attempt, direction.</summary>
    public List<string> Done { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _store.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await PutAsync(BridgeKeys.Host(_host.Name), _host);
                await PutAsync(BridgeKeys.Heartbeat(_host.Name), new HeartbeatRecord(++_beats, DateTimeOffset.UtcNow));
                if (_beats == 1)
                    await PublishAsync();
                foreach (var entry in (await _store.ListAsync(BridgeKeys.OfHost(_host.Name) + "tasks/", new ReadOptions(Consistency.Consistent), _stop.Token)).Value)
                    if (BridgeKeys.TryParse(entry.Key) is BridgeKey.HostTask)
                        await AnswerAsync(BridgeRecords.Decode<HostTaskRecord>(entry.Key, entry.Value.AsSpan()));
            }
            catch (SourceException)
            {
                // The store is away for a moment, as a test wants it: an agent goes on asking.
            }
            await Task.Delay(30, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PublishAsync()
    {
        foreach (var container in _plan?.Containers ?? [])
        {
            await PutAsync(BridgeKeys.Container(_host.Name, container.Id), new ContainerRecord(
                container.Id, container.Name, "busybox", "running", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty));
            foreach (var attachment in container.Attachments)
                await PutAsync(BridgeKeys.Attachment(_host.Name, "n1", $"e-{container.Name}"), new AttachmentRecord(
                    "n1", attachment.Network, $"e-{container.Name}", container.Id, container.Name, new InterfaceAddress(attachment.Address, 24), attachment.MacAddress, attachment.Aliases));
        }
    }

    /// <summary>Each task is done once, as an agent does it by its memory: at a run's end tasks and reports are deleted, and a task that was read before must not look new.</summary>
    private async Task AnswerAsync(HostTaskRecord task)
    {
        var failed = Fails == task.Step;
        if (_reported.Contains(task))
            return;
        if (_begun.Add(task) && !task.DryRun)
            Done.Add($"{task.Step} {task.Attempt}{(task.Undo ? " undo" : "")}");
        await PutAsync(BridgeKeys.HostTaskReport(_host.Name, task.Step), new HostTaskReport(
            task.Run, task.Step, task.Attempt, task.Undo, failed ? HostTaskState.Failed : HostTaskState.Done, "", [$"{(task.DryRun ? "would change" : "changed")} something for {task.Step}"],
            failed ? "the disk is full" : "", failed ? "Make room." : "", DateTimeOffset.UtcNow));
        _reported.Add(task);
    }

    private async Task PutAsync<T>(string key, T record)
        where T : IBridgeRecord<T> => await _store.PutAsync(key, BridgeRecords.Encode(record), default, _stop.Token);
}
