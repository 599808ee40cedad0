using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
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
    /// <summary>Agents speak every 5 s.</summary>
    private static readonly TimeSpan ListeningTime = TimeSpan.FromSeconds(12);

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
        var exposures = (await client.ListAsync(BridgeKeys.Exposures, consistent, token).ConfigureAwait(false)).Value;
        var takeover = await new TakeoverRecords(client).TakeoverAsync(token).ConfigureAwait(false);
        var run = await new RunRecords(client).RunAsync(token).ConfigureAwait(false);
        return new(
            client.Name, Answers: true,
            await AgentsAsync(parse, client, token).ConfigureAwait(false),
            [.. from entry in exposures
                where BridgeKeys.TryParse(entry.Key) is BridgeKey.Exposure
                let exposure = BridgeRecords.Decode<ExposureRecord>(entry.Key, entry.Value.AsSpan())
                where exposure.State != ExposureState.Finished
                select exposure.Name],
            takeover is { Record.Phase: TakeoverPhase.Flipped or TakeoverPhase.Committed } ? takeover.Record.Phase.ToString().ToLowerInvariant() : "",
            run is { Record.State: RunState.Running or RunState.Paused or RunState.RollingBack } ? RunRequests.Word(run.Record.State) : "");
    }

    /// <summary>Hosts whose agents give a sign of life while this listens: for some time the store calls one up that has ended.</summary>
    private static async Task<ImmutableArray<string>> AgentsAsync(ParseResult parse, IConsulClient client, CancellationToken token)
    {
        var hosts = (await client.ListAsync(BridgeKeys.Hosts, new ReadOptions(Consistency.Consistent), token).ConfigureAwait(false)).Value;
        var up = hosts.Where(static entry => BridgeKeys.TryParse(entry.Key) is BridgeKey.Host)
            .Select(static entry => BridgeRecords.Decode<HostRecord>(entry.Key, entry.Value.AsSpan()))
            .Where(static host => host.State == HostState.Up).Select(static host => host.Name).ToImmutableArray();
        if (up.IsEmpty)
            return [];
        CommandOutput.Of(parse).Progress(string.Create(CultureInfo.InvariantCulture, $"Listening for {ListeningTime.TotalSeconds:0} s whether the agents of {up.Length} hosts still run."));
        var before = await HeartbeatsAsync(client, up, token).ConfigureAwait(false);
        await Task.Delay(ListeningTime, CommandOutput.SurroundingsOf(parse).Time, token).ConfigureAwait(false);
        var after = await HeartbeatsAsync(client, up, token).ConfigureAwait(false);
        return [.. up.Where(host => after[host] != before[host])];
    }

    /// <summary>By host, the index at which its agent last gave a sign of life; 0 where it never did.</summary>
    private static async Task<Dictionary<string, ulong>> HeartbeatsAsync(IConsulClient client, ImmutableArray<string> hosts, CancellationToken token)
    {
        var found = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var host in hosts)
            found[host] = (await client.GetAsync(BridgeKeys.Heartbeat(host), new ReadOptions(Consistency.Consistent), token).ConfigureAwait(false)).Value?.ModifyIndex ?? 0;
        return found;
    }
}
