using System.CommandLine;
using OverlayBridge.Migration.Runs;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Retirement;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>Reads what is left of the bridge: on engines, and in its control nodes if they were named.</summary>
internal sealed class RetiredReading(StateArgument state, EngineOption engines)
{
    /// <exception cref="OperatorException">Nothing to look at was named.</exception>
    public async Task<RetiredFacts> ReadAsync(ParseResult parse, CancellationToken token)
    {
        var asked = await engines.ReadRetiredAsync(parse, token).ConfigureAwait(false);
        if (asked.IsEmpty)
            throw new OperatorException("No engine is named.", "Whether anything of the bridge is left can only be seen on the hosts.", "Name every host's engine with --engine URI.");
        return new(asked, state.IsGiven(parse) ? await StoreAsync(parse, token).ConfigureAwait(false) : null);
    }

    private async Task<RetiredStore> StoreAsync(ParseResult parse, CancellationToken token)
    {
        var uri = state.Uri(parse);
        if (uri.Scheme != StateScheme.Bridge)
            throw new OperatorException($"'{uri}' is no control node of overlaybridge.", "With --retired STATE names the bridge's own control nodes.", "Give bridge://HOST:PORT, or leave it out.");
        using var client = SourceFactory.Connect(uri, state.StoreOptions(parse));
        try
        {
            await client.StatusAsync(token).ConfigureAwait(false);
        }
        catch (SourceException)
        {
            return new(client.Name, Answers: false, [], [], "", "");
        }
        var consistent = new ReadOptions(Consistency.Consistent);
        var hosts = (await client.ListAsync(BridgeKeys.Hosts, consistent, token).ConfigureAwait(false)).Value;
        var exposures = (await client.ListAsync(BridgeKeys.Exposures, consistent, token).ConfigureAwait(false)).Value;
        var takeover = await new TakeoverRecords(client).TakeoverAsync(token).ConfigureAwait(false);
        var run = await new RunRecords(client).RunAsync(token).ConfigureAwait(false);
        return new(
            client.Name, Answers: true,
            [.. from entry in hosts
                where BridgeKeys.TryParse(entry.Key) is BridgeKey.Host
                let host = BridgeRecords.Decode<HostRecord>(entry.Key, entry.Value.AsSpan())
                where host.State == HostState.Up
                select host.Name],
            [.. from entry in exposures
                where BridgeKeys.TryParse(entry.Key) is BridgeKey.Exposure
                let exposure = BridgeRecords.Decode<ExposureRecord>(entry.Key, entry.Value.AsSpan())
                where exposure.State != ExposureState.Finished
                select exposure.Name],
            takeover is { Record.Phase: TakeoverPhase.Flipped or TakeoverPhase.Committed } ? takeover.Record.Phase.ToString().ToLowerInvariant() : "",
            run is { Record.State: RunState.Running or RunState.Paused or RunState.RollingBack } ? RunRequests.Word(run.Record.State) : "");
    }
}
