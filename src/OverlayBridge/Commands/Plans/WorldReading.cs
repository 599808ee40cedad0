using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Plans.Worlds;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Plans;

/// <summary>Reads the world that plans are made from and compared with: STATE, the agents' records where STATE is a control node, and engines.</summary>
internal sealed class WorldReading
{
    private readonly StateArgument _state;
    private readonly EngineOption _engines;

    private WorldReading(StateArgument state, EngineOption engines) => (_state, _engines) = (state, engines);

    public static WorldReading AddTo(Command command) => new(StateArgument.AddTo(command), EngineOption.AddTo(command));

    /// <exception cref="SourceException">The store cannot be read.</exception>
    /// <exception cref="EngineException">An engine cannot be asked.</exception>
    public async Task<PlanWorld> ReadAsync(ParseResult parse, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var inventory = Inventory.From(await _state.ReadAsync(parse, token).ConfigureAwait(false));
        InventoryReading.WarnOfFaults(output, inventory.Faults);
        var uri = _state.Uri(parse);
        var recorded = uri.Scheme == StateScheme.Bridge ? await RecordedAsync(uri, inventory, parse, token).ConfigureAwait(false) : RecordedWorld.Of(inventory, []);
        var asked = await _engines.ReadFleetAsync(parse, token).ConfigureAwait(false);
        return Merged(recorded, asked);
    }

    /// <summary>An engine that was asked has the last word on what runs on its host; the name is the agent's, where there is one. Pure.</summary>
    internal static PlanWorld Merged(PlanWorld recorded, ImmutableArray<WorldHost> asked)
    {
        var merged = recorded.Hosts.ToList();
        foreach (var host in asked)
        {
            var at = merged.FindIndex(known => known.Vtep.Equals(host.Vtep));
            if (at < 0)
                merged.Add(host);
            else
                merged[at] = host with { Name = merged[at].Name };
        }

        return recorded with { Hosts = [.. merged.OrderBy(static host => host.Name, StringComparer.Ordinal)] };
    }

    private async Task<PlanWorld> RecordedAsync(StateUri uri, Inventory inventory, ParseResult parse, CancellationToken token)
    {
        using var client = SourceFactory.Connect(uri, _state.StoreOptions(parse));
        return await RecordedAsync(client, inventory, token).ConfigureAwait(false);
    }

    /// <summary>The world as the records in a control node tell it.</summary>
    internal static async Task<PlanWorld> RecordedAsync(IConsulClient client, Inventory inventory, CancellationToken token)
    {
        var records = new BridgeRecordsReader(client);
        var hosts = await records.HostsViewAsync(token).ConfigureAwait(false);
        var containers = await records.ContainersAsync(token).ConfigureAwait(false);
        return RecordedWorld.Of(
            inventory, hosts.Hosts,
            containers.Select(static container => (Host: (BridgeKeys.TryParse(container.Key) as BridgeKey.Container)?.HostName ?? "", container.Record)).Select(static item => (item.Host, item.Record)),
            hosts.Attachments);
    }
}
