using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Watch;
using OverlayBridge.Overlay.Plans.Worlds;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Publishing;

/// <summary>What an engine shows, as the bridge's records. Pure.</summary>
internal static class HostKeys
{
    /// <param name="since">When the agent or its engine last came or went.</param>
    public static DesiredKeys For(HostView view, AgentOptions options, DateTimeOffset since)
    {
        var host = options.HostName;
        var keys = DesiredKeys.None.With(BridgeKeys.Host(host), Host(view, options, since));
        foreach (var container in view.Containers.Values)
            keys = keys.With(BridgeKeys.Container(host, container.Id), Container(container));
        foreach (var network in view.Networks.Values.Where(static n => n.IsOverlay))
            keys = keys.With(BridgeKeys.Network(host, network.Id), Network(network));
        foreach (var (container, endpoint, network) in view.OverlayEndpoints())
            keys = keys.With(BridgeKeys.Attachment(host, network.Id, endpoint.EndpointId), Attachment(container, endpoint, network));
        return keys with { IsComplete = view.IsComplete };
    }

    /// <summary>Whether a key is one of those made here.</summary>
    public static bool Owns(BridgeKey? key, string host) => key switch
    {
        BridgeKey.Host(var name) => name == host,
        BridgeKey.Container(var name, _) => name == host,
        BridgeKey.Network(var name, _) => name == host,
        BridgeKey.Attachment(var name, _, _) => name == host,
        _ => false,
    };

    private static HostRecord Host(HostView view, AgentOptions options, DateTimeOffset since) => new(
        options.HostName,
        view.Engine?.Id ?? "",
        view.Engine?.Version ?? "",
        options.Vtep,
        view.Engine is { } engine ? new HostSwarm(engine.NodeId, engine.SwarmState, engine.IsManager) : null,
        HostState.Up,
        view.IsUp ? EngineState.Up : EngineState.Down,
        since,
        options.Version);

    private static ContainerRecord Container(EngineContainer container) => new(
        container.Id,
        container.Name,
        container.Image,
        container.State,
        container.Labels.Where(static l => ServiceNames.Labels.Contains(l.Key)).ToImmutableSortedDictionary(StringComparer.Ordinal));

    private static NetworkRecord Network(EngineNetwork network) => new(
        network.Id, network.Name, network.Driver, network.Scope, network.Attachable, network.Subnets, network.Gateway, network.Vnis, network.Created);

    private static AttachmentRecord Attachment(EngineContainer container, EngineEndpoint endpoint, EngineNetwork network) => new(
        network.Id,
        network.Name,
        endpoint.EndpointId,
        container.Id,
        container.Name,
        new InterfaceAddress(endpoint.Address, endpoint.PrefixLength),
        endpoint.MacAddress,
        endpoint.Aliases,
        endpoint.Ipv6Address is { } ipv6 ? new InterfaceAddress(ipv6, endpoint.Ipv6PrefixLength) : null);
}
