using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Counts;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>How a host stands, as far as a conversion is concerned: looked at anew before each move.</summary>
/// <param name="Engine">Null: it does not answer.</param>
/// <param name="Containers">None while the engine does not answer.</param>
/// <param name="DaemonJson">The file's text; null for none.</param>
/// <param name="NetworkModes">Of all containers, by id; read from their files while the engine does not answer.</param>
/// <param name="OwnRecords">Endpoints that the bridge wrote to the legacy store for this host's containers, of those that it may have to.</param>
/// <param name="EngineRecords">Endpoints that the legacy engine had of these containers and that are still there.</param>
internal sealed record HostSituation(
    EngineSetup? Engine,
    ImmutableArray<ContainerDetail> Containers,
    string? DaemonJson,
    ImmutableSortedDictionary<string, string> NetworkModes,
    ImmutableHashSet<LegacyEndpoint> OwnRecords,
    ImmutableHashSet<LegacyEndpoint> EngineRecords)
{
    /// <summary>False: the store does not answer, or was not asked, for nothing depends on it yet.</summary>
    public bool AreRecordsKnown { get; init; } = true;

    /// <summary>While the engine does not answer: whether it is in a swarm, by its files.</summary>
    public bool IsInSwarm { get; init; }

    /// <summary>Endpoints without a record of anybody whose address is marked as taken all the same.</summary>
    public ImmutableHashSet<LegacyEndpoint> KeptAddresses { get; init; } = [];

    /// <summary>Endpoints without a record whose address is free, or is that of another's record.</summary>
    public ImmutableHashSet<LegacyEndpoint> LostAddresses { get; init; } = [];

    /// <summary>Endpoints that this host's engine had begun to make when it was killed, and on whose names it now refuses their containers.</summary>
    public ImmutableHashSet<LegacyEndpoint> HalfMade { get; init; } = [];

    /// <summary>
    /// Where running containers stand on a legacy network by their engine's word alone, without an endpoint in the store. An engine of 20.10 that cannot bring a container onto a network takes the
    /// endpoint away again, and leaves it in the container's settings, with its address.
    /// </summary>
    public ImmutableHashSet<(string ContainerId, string NetworkId)> Unrecorded { get; init; } = [];

    /// <summary>Since its last start the engine could not bring a container into a network's namespace.</summary>
    public bool CannotJoin { get; init; }

    /// <summary>VXLAN devices of the plan's networks in the host's own network namespace.</summary>
    public ImmutableArray<VxlanLink> StrayDevices { get; init; } = [];

    /// <summary>Networks whose count is not the number of their endpoints, as far as nobody has seen to it yet.</summary>
    public ImmutableArray<WrongCount> WrongCounts { get; init; } = [];

    public ContainerDetail? Container(string id) => Containers.FirstOrDefault(container => container.Id == id);

    public bool HasHolder(string network) => Containers.Any(container => container.Name == Holder.NameFor(network) && container.IsRunning);
}
