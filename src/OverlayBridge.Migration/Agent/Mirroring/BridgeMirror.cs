using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Mirroring;

/// <summary>
/// Follows what all agents and <c>network expose</c> write, by blocking queries. While the store is away, what was known
/// last stands: nothing is concluded from silence.
/// </summary>
internal sealed class BridgeMirror(IConsulClient store, TimeProvider time, ILogger log)
{
    private const string ServiceLabel = "com.docker.swarm.service.name";

    private readonly Lock gate = new();
    private BridgeState state = BridgeState.Empty;
    private bool hostsRead;
    private bool exposuresRead;

    /// <summary>Runs until cancelled.</summary>
    /// <param name="changed">Is given each new state; not before both hosts and exposures have been read once.</param>
    /// <param name="wentBack">Is called when the store's index fell: it was restored or replaced.</param>
    public Task RunAsync(Action<BridgeState> changed, Action wentBack, CancellationToken token) => Task.WhenAll(
        FollowAsync(
            BridgeKeys.Hosts,
            records => Update(s => s with
            {
                Hosts = records.Where(static r => r.Record is HostRecord)
                    .ToImmutableSortedDictionary(static r => ((BridgeKey.Host)r.Key).Name, static r => (HostRecord)r.Record, StringComparer.Ordinal),
                Attachments =
                [
                    .. records.Where(static r => r.Record is AttachmentRecord)
                        .Select(static r => new HostAttachment(((BridgeKey.Attachment)r.Key).HostName, (AttachmentRecord)r.Record)),
                ],
                Services = ServicesOf(records),
                SwarmRequests = records.Where(static r => r.Record is SwarmRequest)
                    .ToImmutableSortedDictionary(static r => ((BridgeKey.SwarmRequest)r.Key).HostName, static r => (SwarmRequest)r.Record, StringComparer.Ordinal),
                MoveRequests = records.Where(static r => r.Record is MoveRequest)
                    .ToImmutableSortedDictionary(static r => ((BridgeKey.MoveRequest)r.Key).HostName, static r => (MoveRequest)r.Record, StringComparer.Ordinal),
            }, () => hostsRead = true, changed),
            wentBack,
            token),
        FollowAsync(
            BridgeKeys.Exposures,
            records => Update(
                s => s with { Exposures = [.. records.Select(static r => r.Record).OfType<ExposureRecord>()] },
                () => exposuresRead = true,
                changed),
            wentBack,
            token));

    private static ImmutableSortedDictionary<string, string> ServicesOf(ImmutableArray<(BridgeKey Key, object Record)> records)
    {
        var services = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var container in records.Select(static r => r.Record).OfType<ContainerRecord>())
            if (container.Labels.TryGetValue(ServiceLabel, out var service))
                services[container.Id] = service;
        return services.ToImmutable();
    }

    private async Task FollowAsync(
        string prefix, Action<ImmutableArray<(BridgeKey Key, object Record)>> read, Action wentBack, CancellationToken token)
    {
        var cache = new RecordCache(log);
        var outage = new Outage($"follow {prefix}", log);
        var events = BlockingWatch.RunAsync<ImmutableArray<KeyValueEntry>>(
            (options, one) => store.ListAsync(prefix, options, one), WatchOptions.Default with { Time = time }, token);
        await foreach (var happened in events)
            switch (happened)
            {
                case WatchEvent<ImmutableArray<KeyValueEntry>>.Answer answer:
                    outage.Worked();
                    if (answer.WentBack)
                        wentBack();
                    read(cache.Decode(answer.Read.Value));
                    break;
                case WatchEvent<ImmutableArray<KeyValueEntry>>.Fault fault:
                    outage.Failed(fault.Error);
                    break;
            }
    }

    private void Update(Func<BridgeState, BridgeState> update, Action mark, Action<BridgeState> changed)
    {
        lock (gate)
        {
            var wasComplete = hostsRead && exposuresRead;
            mark();
            var updated = update(state);
            if (!hostsRead || !exposuresRead || (wasComplete && updated == state))
            {
                state = updated;
                return;
            }
            state = updated;
            changed(updated);
        }
    }
}
