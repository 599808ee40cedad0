using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Mirroring;

/// <summary>
/// Follows what all agents and <c>network expose</c> write, by blocking queries. While the store is away, what was known
/// last stands: nothing is concluded from silence.
/// </summary>
internal sealed class BridgeMirror(IConsulClient store, StoreAbsence absence, ILogger log)
{
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
            kept => Update(s => s with
            {
                Hosts = KeptRecords.ByHost<HostRecord>(kept),
                Attachments = [.. kept.OfType<HostAttachment>()],
                Services = ServicesOf(kept),
                SwarmRequests = KeptRecords.ByHost<SwarmRequest>(kept),
                MoveRequests = KeptRecords.ByHost<MoveRequest>(kept),
            }, () => hostsRead = true, changed),
            wentBack,
            token),
        FollowAsync(
            BridgeKeys.Exposures,
            kept => Update(s => s with { Exposures = [.. kept.OfType<ExposureRecord>()] }, () => exposuresRead = true, changed),
            wentBack,
            token));

    private static ImmutableSortedDictionary<string, string> ServicesOf(IEnumerable<object> kept)
    {
        var services = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var task in kept.OfType<KeptRecords.TaskContainer>())
            services[task.Id] = task.Service;
        return services.ToImmutable();
    }

    private async Task FollowAsync(string prefix, Action<IReadOnlyList<object>> read, Action wentBack, CancellationToken token)
    {
        var cache = new RecordCache(KeptRecords.Take, log);
        await foreach (var answer in absence.Use($"follow {prefix}").FollowAsync<RecordCache.Reading?>(ReadAsync, token))
        {
            if (answer.WentBack)
                wentBack();
            if (answer.Read.Value is { } reading)
                read(reading.Finish());
        }

        // Null when nothing has changed. It is waited with a list of the names below the prefix: a store gives what was asked for also when the wait has run
        // out, and of ten thousand endpoints that is 8 MB, to each agent, each 10 s.
        async ValueTask<Indexed<RecordCache.Reading?>> ReadAsync(ReadOptions options, CancellationToken one)
        {
            if (options.Index != 0 && (await store.KeysAsync(prefix, "/", options, one)).Index == options.Index)
                return new(null, options.Index);
            var reading = cache.Begin();
            var index = await store.ReadEachAsync(prefix, default, reading.Add, one);
            return new(reading, index);
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
