using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>What is written down of a host before it is changed. Pure.</summary>
internal static class ConversionSaving
{
    /// <exception cref="StepException">The engine does not answer, so that nobody knows what its containers have. It may have died since it was checked.</exception>
    public static ConversionNotes NotesOf(HostSituation now, ConversionGoal goal, string host, ImmutableArray<IPAddress> resolvers, DateTimeOffset begun)
    {
        var engine = EngineOf(now);
        return new(
            new HostConversion(host, engine.Version, [.. now.Containers.Select(container => Of(container, goal)).Where(static c => !c.Endpoints.IsEmpty)], begun),
            now.DaemonJson,
            resolvers,
            engine.DataRoot,
            IsStopped: false,
            LeftNodes: []);
    }

    /// <exception cref="StepException">It does not answer, and nothing was changed yet.</exception>
    public static EngineSetup EngineOf(HostSituation now) => now.Engine ?? throw new StepException(
        "The engine of this host does not answer.",
        "Start it as it was, once: it cleans up what a crash left, and tells what its containers have. Then repeat the step.");

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
