using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>What is written down of a host before it is changed. Pure.</summary>
internal static class ConversionSaving
{
    /// <param name="now">With an engine that answers.</param>
    public static ConversionNotes NotesOf(HostSituation now, ConversionGoal goal, string host, ImmutableArray<IPAddress> resolvers, DateTimeOffset begun) => new(
        new HostConversion(host, now.Engine!.Version, [.. now.Containers.Select(container => Of(container, goal)).Where(static c => !c.Endpoints.IsEmpty)], begun),
        now.DaemonJson,
        resolvers,
        now.Engine.DataRoot,
        IsStopped: false,
        LeftNodes: []);

    private static ConvertedContainer Of(ContainerDetail container, ConversionGoal goal) => new(
        container.Id,
        container.Name,
        container.IsRunning,
        [
            .. from attachment in container.Attachments
               let network = goal.Networks.FirstOrDefault(network => attachment.NetworkId == network.LegacyId || (attachment.NetworkId.Length == 0 && attachment.Network == network.Name))
               where network is not null
               select new ConvertedEndpoint(
                   network.Name, network.LegacyId, attachment.EndpointId, attachment.Address ?? attachment.FixedAddress, attachment.MacAddress,
                   attachment.FixedAddress is not null, attachment.Aliases),
        ]);
}
