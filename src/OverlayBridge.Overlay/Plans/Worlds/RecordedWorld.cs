using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>The world as a store's inventory and the agents' records tell it. Pure.</summary>
public static class RecordedWorld
{
    /// <param name="containers">With the host's name.</param>
    /// <param name="attachments">With the host's name.</param>
    public static PlanWorld Of(
        Inventory inventory, IEnumerable<HostRecord> hosts, IEnumerable<(string Host, ContainerRecord Container)> containers,
        IEnumerable<(string Host, AttachmentRecord Attachment)> attachments)
    {
        var containersOf = containers.ToLookup(static item => item.Host, static item => item.Container, StringComparer.Ordinal);
        var attachmentsOf = attachments.ToLookup(static item => (item.Host, item.Attachment.ContainerId), static item => item.Attachment);
        return Of(inventory,
        [
            .. from host in hosts
               orderby host.Name
               select new WorldHost(
                   host.Name, host.Vtep, host.EngineVersion, SideOf(host.Swarm),
                   [
                       .. from container in containersOf[host.Name]
                          orderby container.Name
                          select new WorldContainer(
                              container.Id, container.Name, IsRunning(container.State), container.Labels, Attachments(attachmentsOf[(host.Name, container.Id)])),
                   ],
                   TroubleOf(host)),
        ]);
    }

    /// <summary>With hosts that were asked in another way.</summary>
    public static PlanWorld Of(Inventory inventory, ImmutableArray<WorldHost> hosts) => new(
        inventory.Source, inventory.Index,
        [
            .. from network in inventory.Networks
               where network is { Driver: "overlay", InDelete: false, Name.Length: > 0 }
               let subnets = network.Subnets.Where(static subnet => !subnet.IsIPv6 && IPNetwork.TryParse(subnet.Subnet, out _)).Select(static subnet => IPNetwork.Parse(subnet.Subnet)).ToImmutableArray()
               where !subnets.IsEmpty
               orderby network.Name
               select new WorldNetwork(network.Name!, network.Id, subnets[0], [.. LegacyChecks.Of(network)]) { MoreSubnets = subnets[1..] },
        ],
        hosts,
        [
            .. from host in inventory.Hosts
               where host.Registered || host.Endpoints > 0
               let address = IPAddress.TryParse(host.Address, out var parsed) ? parsed : null
               where address is not null
               select address,
        ]);

    /// <summary>Whether a container holds addresses, by the engine's word for its state.</summary>
    public static bool IsRunning(string state) => state is "running" or "paused" or "restarting";

    private static WorldSide SideOf(HostSwarm? swarm) => swarm switch
    {
        null or { NodeId.Length: 0 } or { State: "inactive" } => WorldSide.Legacy,
        { IsManager: true } => WorldSide.SwarmManager,
        _ => WorldSide.SwarmWorker,
    };

    private static string? TroubleOf(HostRecord host) => host switch
    {
        { State: HostState.Lost } => "agent is not heard of",
        { Engine: EngineState.Down } => "engine does not answer its agent",
        { EngineVersion.Length: 0 } => "engine has never answered its agent",
        _ => null,
    };

    private static ImmutableArray<PlanAttachment> Attachments(IEnumerable<AttachmentRecord> records) =>
    [
        .. from record in records
           orderby record.NetworkName
           select new PlanAttachment(record.NetworkName, record.Address.Address, record.MacAddress, record.Aliases),
    ];
}
