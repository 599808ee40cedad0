using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Compose.Transition;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Commands.Compose;

/// <summary>Reads from a store what a Compose project is compared with: the networks that both sides share, and who is on them.</summary>
internal static class TransitionReading
{
    private const string ProjectLabel = "com.docker.compose.project";
    private const string ServiceLabel = "com.docker.compose.service";

    /// <exception cref="SourceException">The store cannot be read.</exception>
    public static async Task<TransitionFacts> ReadAsync(StateUri uri, SourceOptions options, ImmutableArray<string> named, CancellationToken token)
    {
        using var source = SourceFactory.Open(uri, options);
        var inventory = Inventory.From(await source.ReadAsync(token).ConfigureAwait(false));
        if (uri.Scheme != StateScheme.Bridge)
            return Facts(inventory, null, named);
        using var client = SourceFactory.Connect(uri, options);
        var records = new BridgeRecordsReader(client);
        return Facts(
            inventory,
            new(
                [.. (await records.ExposuresAsync(token).ConfigureAwait(false)).Select(static exposure => exposure.Record)],
                await records.HostsViewAsync(token).ConfigureAwait(false),
                await records.ContainersAsync(token).ConfigureAwait(false)),
            named);
    }

    /// <summary>A pure function of what was read; <paramref name="bridge"/> is null for a store that is no bridge.</summary>
    public static TransitionFacts Facts(Inventory inventory, BridgeFacts? bridge, ImmutableArray<string> named) => new(
        inventory.Networks.Where(static network => network.Name is not null).GroupBy(static network => network.Name!, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(static same => same.Key, same => Network(same.First(), bridge), StringComparer.Ordinal),
        named, IsKnown: true);

    private static SharedNetwork Network(NetworkView network, BridgeFacts? bridge)
    {
        var exposure = bridge?.Exposures.FirstOrDefault(exposure => exposure.LegacyNetworkId == network.Id && exposure.State == ExposureState.Active);
        var subnet = network.Subnets.FirstOrDefault(static subnet => !subnet.IsIPv6)?.Subnet;
        return new(
            network.Name!, exposure?.Subnet ?? (subnet is not null && IPNetwork.TryParse(subnet, out var parsed) ? parsed : null), exposure?.Fence,
            bridge is null ? null : exposure is not null,
            [.. network.Endpoints.Select(endpoint => Legacy(endpoint, bridge)), .. exposure is null ? [] : Swarm(exposure, bridge!)])
        {
            MoreSubnets = exposure is null
                ? [.. network.Subnets.Where(static subnet => !subnet.IsIPv6).Skip(1).Select(static subnet => (IPNetwork.Parse(subnet.Subnet), (IPNetwork?)null))]
                : [.. exposure.MoreSubnets.Select(static subnet => (subnet.Subnet, (IPNetwork?)subnet.Fence))],
            Reserves = exposure is null ? [] : [.. exposure.Reserves.Where(static reserve => reserve.IsSet).Select(static reserve => reserve.Block)],
            IsEncrypted = network.Encrypted,
            IsInternal = network.Internal,
            HasIpv6 = network.EnableIPv6,
        };
    }

    private static KnownEndpoint Legacy(EndpointView endpoint, BridgeFacts? bridge)
    {
        var attached = bridge?.Hosts.Attachments.FirstOrDefault(item => item.Attachment.EndpointId == endpoint.Id);
        var (project, service) = attached is { Attachment: { } attachment } ? bridge!.ComposeOf(attachment.ContainerId) : (null, null);
        return new(
            endpoint.Name, endpoint.Aliases, IPAddress.TryParse(endpoint.Address?.Split('/')[0], out var address) ? address : null,
            attached?.Host ?? endpoint.Host, IsLegacy: true, project, service);
    }

    private static IEnumerable<KnownEndpoint> Swarm(ExposureRecord exposure, BridgeFacts bridge) =>
        from item in bridge.Hosts.Attachments
        where item.Attachment.NetworkId == exposure.SwarmNetworkId
        let labels = bridge.ComposeOf(item.Attachment.ContainerId)
        select new KnownEndpoint(
            item.Attachment.ContainerName, item.Attachment.Aliases, item.Attachment.Address.Address, item.Host, IsLegacy: false, labels.Project, labels.Service);

    /// <summary>What a bridge knows besides the legacy store.</summary>
    internal sealed record BridgeFacts(ImmutableArray<ExposureRecord> Exposures, HostsView Hosts, ImmutableArray<Versioned<ContainerRecord>> Containers)
    {
        private readonly Dictionary<string, ContainerRecord> _byId = Containers
            .GroupBy(static container => container.Record.Id, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.First().Record, StringComparer.Ordinal);

        public (string? Project, string? Service) ComposeOf(string containerId) => _byId.TryGetValue(containerId, out var container)
            ? (container.Labels.GetValueOrDefault(ProjectLabel), container.Labels.GetValueOrDefault(ServiceLabel))
            : (null, null);
    }
}
