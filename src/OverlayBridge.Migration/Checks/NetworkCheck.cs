using System.Collections.Immutable;
using System.Security.Cryptography;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Checks;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Checks;

/// <summary>Asks the agents to probe a shared network, waits for their answers, and puts together what is known of it.</summary>
/// <param name="bridge">The cluster that holds the exposures.</param>
/// <param name="legacy">The legacy state that the cluster holds.</param>
public sealed class NetworkCheck(IConsulClient bridge, IStateSource legacy, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    private readonly BridgeRecordsReader _records = new(bridge);

    /// <param name="network">Name or legacy id of an exposed network.</param>
    /// <param name="by">Who asks: <c>user@host</c>.</param>
    /// <param name="patience">How long to wait for the agents; probing takes five to nine seconds.</param>
    /// <exception cref="ExposeException">There is no such exposure, or it is not active.</exception>
    public async ValueTask<NetworkFacts> AskAsync(string network, string by, TimeSpan patience, IProgress<string> progress, CancellationToken token)
    {
        var exposure = await FindAsync(network, token).ConfigureAwait(false);
        var key = BridgeKeys.PathProbe(exposure.LegacyNetworkId);
        var request = new PathProbeRequest(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), exposure.LegacyNetworkId, by, time.GetUtcNow());
        await bridge.PutAsync(key, BridgeRecords.Encode(request), default, token).ConfigureAwait(false);
        try
        {
            progress.Report($"Asking the agents to probe '{exposure.Name}'; this takes some seconds.");
            return await WaitAsync(exposure, request, patience, progress, token).ConfigureAwait(false);
        }
        finally
        {
            // Also after Ctrl-C: the agents take their answers away with it.
            using var limited = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
            await bridge.DeleteAsync(key, null, limited.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask<ExposureRecord> FindAsync(string network, CancellationToken token)
    {
        var all = await _records.ExposuresAsync(token).ConfigureAwait(false);
        var found = all.Select(static exposure => exposure.Record).Where(exposure => exposure.Name == network || exposure.LegacyNetworkId == network).ToList();
        return found switch
        {
            [{ State: ExposureState.Active } one] => one,
            [{ State: var state }] => throw new ExposeException(
                $"The exposure of '{network}' is {state.ToString().ToLowerInvariant()}.", "There is nothing to check before it is active or after it has ended.",
                "See 'overlaybridge network ls', and finish the expose or unexpose."),
            [] => throw new ExposeException(
                $"'{network}' is not exposed.", all.IsEmpty ? "Nothing is." : $"Exposed are: {string.Join(", ", all.Select(static exposure => exposure.Record.Name))}.",
                "See 'overlaybridge network ls'."),
            _ => throw new ExposeException($"'{network}' fits {found.Count} exposures.", $"Their ids are: {string.Join(", ", found.Select(static exposure => exposure.LegacyNetworkId))}.", "Give the id."),
        };
    }

    private async ValueTask<NetworkFacts> WaitAsync(
        ExposureRecord exposure, PathProbeRequest request, TimeSpan patience, IProgress<string> progress, CancellationToken token)
    {
        var begun = time.GetTimestamp();
        var said = "";
        while (true)
        {
            var facts = await FactsAsync(exposure, request.Id, token).ConfigureAwait(false);
            var open = facts.Concerned.Where(host => host.State == HostState.Up && facts.Probes.GetValueOrDefault(host.Name) is not { IsDone: true })
                .Select(static host => host.Name).ToList();
            if (open.Count == 0 || time.GetElapsedTime(begun) > patience)
                return facts;
            if (string.Join(", ", open) is var waits && waits != said)
                progress.Report($"Waiting for {said = waits}.");
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        }
    }

    private async ValueTask<NetworkFacts> FactsAsync(ExposureRecord exposure, string requestId, CancellationToken token)
    {
        var hosts = await _records.HostsViewAsync(token).ConfigureAwait(false);
        var image = await legacy.ReadAsync(token).ConfigureAwait(false);
        var (entries, _) = await bridge.ListAsync(BridgeKeys.Hosts, Consistent, token).ConfigureAwait(false);
        var probes = ImmutableSortedDictionary.CreateBuilder<string, PathProbeReport>(StringComparer.Ordinal);
        var networks = ImmutableArray.CreateBuilder<(string, NetworkRecord)>();
        foreach (var entry in entries)
            switch (BridgeKeys.TryParse(entry.Key))
            {
                case BridgeKey.HostPathProbe probe when probe.LegacyNetworkId == exposure.LegacyNetworkId:
                    if (BridgeRecordsReader.Decode<PathProbeReport>(entry) is { } report && report.RequestId == requestId)
                        probes[probe.HostName] = report;
                    break;
                case BridgeKey.Network network:
                    networks.Add((network.HostName, BridgeRecordsReader.Decode<NetworkRecord>(entry)));
                    break;
            }
        var blocks = exposure.Blocks.Select(static block => Cidr.Of(block.BaseAddress, block.PrefixLength));
        return new(exposure, Inventory.From(image, [.. blocks]), hosts.Hosts, hosts.Attachments, networks.ToImmutable(), hosts.Reports, probes.ToImmutable());
    }
}
