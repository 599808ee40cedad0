using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.PathProbing;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.PathProbing;

/// <summary>Answers requests to probe the path of a network, each once; takes its answers away when the request is gone.</summary>
internal sealed class PathProbeLoop(IPathProbes probes, IConsulClient store, StoreAbsence absence, AgentOptions options, KeyPublisher reports, TimeProvider time, ILogger log)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string RequestId, PathProbeReport? Report)> answers = new(StringComparer.Ordinal);
    private BridgeState? state;

    /// <summary>What the store says of hosts and exposures.</summary>
    public void Use(BridgeState latest) => Volatile.Write(ref state, latest);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        var running = new List<Task>();
        await foreach (var answer in absence.Use($"follow {BridgeKeys.PathProbes}").FollowAsync((read, one) => store.ListAsync(BridgeKeys.PathProbes, read, one), token))
        {
            running.RemoveAll(static task => task.IsCompleted);
            running.AddRange(Begin(Decode(answer.Read.Value)).Select(request => AnswerAsync(request, token)));
        }
    }

    /// <returns>The requests that are new.</returns>
    private ImmutableArray<PathProbeRequest> Begin(ImmutableArray<PathProbeRequest> requests)
    {
        lock (gate)
        {
            foreach (var gone in answers.Keys.Except(requests.Select(static request => request.LegacyNetworkId), StringComparer.Ordinal).ToList())
                answers.Remove(gone);
            ImmutableArray<PathProbeRequest> fresh = [.. requests.Where(request => answers.GetValueOrDefault(request.LegacyNetworkId).RequestId != request.Id)];
            foreach (var request in fresh)
                answers[request.LegacyNetworkId] = (request.Id, null);
            Publish();
            return fresh;
        }
    }

    private async Task AnswerAsync(PathProbeRequest request, CancellationToken token)
    {
        if (Volatile.Read(ref state) is not { } known ||
            known.Exposures.FirstOrDefault(one => one.LegacyNetworkId == request.LegacyNetworkId && one.State == ExposureState.Active) is not { } exposure)
            return;
        log.LogInformation("Probing the path of network {Network} for {By}", exposure.Name, request.By);
        await new PathProbeRun(probes, options, time).RunAsync(request, exposure, known, report => Note(request, report), token);
    }

    private void Note(PathProbeRequest request, PathProbeReport report)
    {
        lock (gate)
        {
            if (answers.GetValueOrDefault(request.LegacyNetworkId).RequestId != request.Id)
                return; // another one, or none any more
            answers[request.LegacyNetworkId] = (request.Id, report);
            Publish();
        }
    }

    private void Publish() => reports.Want(answers.Aggregate(
        DesiredKeys.None with { IsComplete = true },
        (keys, answer) => answer.Value.Report is { } report ? keys.With(BridgeKeys.HostPathProbe(options.HostName, answer.Key), report) : keys));

    private ImmutableArray<PathProbeRequest> Decode(ImmutableArray<KeyValueEntry> entries)
    {
        var requests = ImmutableArray.CreateBuilder<PathProbeRequest>();
        foreach (var entry in entries)
            try
            {
                if (BridgeKeys.TryParse(entry.Key) is BridgeKey.PathProbe)
                    requests.Add(BridgeRecords.Decode<PathProbeRequest>(entry.Key, entry.Value.AsSpan()));
            }
            catch (BridgeRecordException e)
            {
                log.LogWarning("A request to probe cannot be read and is left out: {Reason}", e.Message);
            }
        return requests.ToImmutable();
    }
}
