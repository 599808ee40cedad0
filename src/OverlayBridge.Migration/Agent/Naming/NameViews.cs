using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Watch;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Names.Views;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Naming;

/// <summary>What the name server answers, from what the store says of all hosts and the engine of this one. A pure function.</summary>
internal static class NameViews
{
    private const int Port = 53;

    /// <param name="state">Null before the store was read once.</param>
    /// <param name="members">Who has which address on docker_gwbridge.</param>
    /// <param name="hostServers">Of the host's resolv.conf: for containers without servers of their own, as engines do it.</param>
    /// <param name="place">What is served: its own address is never asked.</param>
    public static NameView Build(
        BridgeState? state, HostView? view, ImmutableArray<EngineMember> members, ImmutableArray<IPAddress> hostServers, NamePlace place)
    {
        var own = place.EndPoint.Address;
        if (state is null)
            return NameView.Empty with { Others = new([], EndPoints(hostServers, own)), Bridge = place.Askers };
        var attached = state.Attachments.ToLookup(static item => item.Attachment.NetworkId, static item => item.Attachment, StringComparer.Ordinal);
        var networks = state.Exposures.Where(static exposure => exposure.State == ExposureState.Active && exposure.SwarmNetworkId.Length > 0)
            .Select(exposure => (exposure, names: Names(exposure, attached, state.Services))).ToList();
        var clients = from member in members.DistinctBy(static member => member.Address)
                      let container = view?.Containers.GetValueOrDefault(member.ContainerId)
                      where container is not null
                      let here = container.Endpoints.Select(static endpoint => endpoint.NetworkId).ToHashSet(StringComparer.Ordinal)
                      let seen = networks.Where(network => here.Contains(network.exposure.LegacyNetworkId) || here.Contains(network.exposure.SwarmNetworkId))
                      select KeyValuePair.Create(member.Address, new NameClient([.. seen.Select(static network => network.names)], Upstreams(container, hostServers, own)));
        return new(true, clients.ToFrozenDictionary(), new([.. networks.Select(static network => network.names)], EndPoints(hostServers, own)), place.Askers);
    }

    private static NetworkNames Names(
        ExposureRecord exposure, ILookup<string, AttachmentRecord> attached, ImmutableSortedDictionary<string, string> services) => new(
        exposure.Name, [.. exposure.Subnets.Select(static subnet => subnet.Subnet)],
        from attachment in attached[exposure.LegacyNetworkId].Concat(attached[exposure.SwarmNetworkId])
        select new NamedEndpoint(attachment.ContainerName, attachment.Aliases, services.GetValueOrDefault(attachment.ContainerId), attachment.Address.Address));

    /// <summary>The container's own servers behind ours; the host's where it has no others.</summary>
    private static ImmutableArray<IPEndPoint> Upstreams(EngineContainer container, ImmutableArray<IPAddress> hostServers, IPAddress own)
    {
        var given = container.Dns.Select(static text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>().ToImmutableArray();
        return EndPoints(given, own) is { IsEmpty: false } theirs ? theirs : EndPoints(hostServers, own);
    }

    private static ImmutableArray<IPEndPoint> EndPoints(ImmutableArray<IPAddress> servers, IPAddress own) =>
        [.. servers.Where(server => !server.Equals(own)).Distinct().Select(static server => new IPEndPoint(server, Port))];
}
