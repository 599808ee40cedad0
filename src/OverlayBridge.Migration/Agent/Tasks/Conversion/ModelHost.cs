using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// A host as it would be after a move: what a dry run goes on with. Pure, and as good as what is known of engines: see <c>docs/decisions/025</c>.
/// </summary>
/// <param name="Setup">Of the engine, were it running; its store, version and part in the swarm are those of its last start.</param>
/// <param name="UsualVersion">What is started where no version is asked for.</param>
internal sealed record ModelHost(
    EngineSetup Setup,
    bool Runs,
    string UsualVersion,
    ImmutableSortedDictionary<string, ContainerDetail> Containers,
    string? DaemonJson,
    ImmutableHashSet<LegacyEndpoint> OwnRecords,
    ImmutableHashSet<LegacyEndpoint> EngineRecords,
    ConversionNotes? Notes)
{
    private const string ModelNode = "(new node)";

    /// <summary>Addresses that are marked as taken beside those of records.</summary>
    public ImmutableHashSet<LegacyEndpoint> Marked { get; init; } = [];

    /// <summary>What the overlay driver of a legacy engine that was killed left in the engine's files.</summary>
    public bool HasResidue { get; init; }

    /// <summary>What the engine refuses to connect containers for.</summary>
    public ImmutableHashSet<LegacyEndpoint> HalfMade { get; init; } = [];

    /// <summary>What a legacy engine that was killed over a connection left in its files: it brings no container onto its networks.</summary>
    public bool HasHalfJoined { get; init; }

    /// <inheritdoc cref="HostSituation.Unrecorded"/>
    public ImmutableHashSet<(string ContainerId, string NetworkId)> Unrecorded { get; init; } = [];

    /// <inheritdoc cref="HostSituation.CannotJoin"/>
    public bool CannotJoin { get; init; }

    /// <inheritdoc cref="HostSituation.StrayDevices"/>
    public ImmutableArray<VxlanLink> StrayDevices { get; init; } = [];

    /// <summary>Whether containers come back with their engine by themselves, as those with a restart policy do.</summary>
    public bool ComesBack { get; init; }

    /// <param name="now">With an engine that answers.</param>
    /// <param name="notes">Those of the host.</param>
    public static ModelHost Of(HostSituation now, EngineSetup engine, ConversionNotes? notes) => new(
        engine,
        Runs: true,
        notes?.Before.EngineVersion ?? engine.Version,
        now.Containers.ToImmutableSortedDictionary(static c => c.Id, static c => c, StringComparer.Ordinal),
        now.DaemonJson,
        now.OwnRecords,
        now.EngineRecords,
        notes) { StrayDevices = now.StrayDevices };

    public HostSituation Look() => new(
        Runs ? Setup : null,
        Runs ? [.. Containers.Values] : [],
        DaemonJson,
        Containers.ToImmutableSortedDictionary(static c => c.Key, static c => c.Value.NetworkMode, StringComparer.Ordinal),
        OwnRecords,
        EngineRecords)
    {
        KeptAddresses = [.. WithoutRecord.Where(Marked.Contains)],
        LostAddresses = [.. WithoutRecord.Where(endpoint => !Marked.Contains(endpoint))],
        HalfMade = HalfMade,
        Unrecorded = Unrecorded,
        CannotJoin = CannotJoin,
        StrayDevices = StrayDevices,
        IsInSwarm = !Runs && IsInSwarm,
    };

    private IEnumerable<LegacyEndpoint> WithoutRecord => Notes is null ? [] : LegacyEndpoints.Own(Notes.Before).Where(own =>
        !OwnRecords.Contains(own) && !EngineRecords.Any(engines => engines.NetworkId == own.NetworkId && engines.ContainerId == own.ContainerId));

    /// <param name="save">What <see cref="HostMove.Save"/> would write.</param>
    public ModelHost After(HostMove move, ConversionGoal goal, Func<ConversionNotes> save) => move switch
    {
        HostMove.Save => this with { Notes = save() },
        HostMove.Forget => this with { Notes = null },
        HostMove.AwaitStore => this,
        HostMove.StopEngine stop => Stopped().WithGhosts(stop.HasGhosts),
        HostMove.StartEngine start => Started(start.Version),
        HostMove.StartWithoutStore start => (this with { DaemonJson = start.Text }).Started(null),
        HostMove.RemoveDevices remove => this with { StrayDevices = StrayDevices.RemoveRange(remove.Devices) },
        HostMove.StartAsItWas => Started(null) with { Notes = Notes! with { IsStopped = false, IsCleanedUp = true } },
        HostMove.RenameModes rename => this with
        {
            Containers = rename.Changes.Aggregate(Containers, static (all, change) => all.SetItem(change.ContainerId, all[change.ContainerId] with { NetworkMode = change.To })),
        },
        HostMove.WriteDaemonJson write => this with { DaemonJson = write.Text },
        HostMove.JoinSwarm => this with { Setup = Setup with { SwarmState = "active", NodeId = ModelNode } },
        HostMove.LeaveSwarm leave => this with
        {
            Setup = Setup with { SwarmState = "inactive", NodeId = "" },
            Notes = Notes! with { LeftNodes = Notes.LeftNodes.Contains(leave.NodeId) ? Notes.LeftNodes : Notes.LeftNodes.Add(leave.NodeId) },
            Containers = Containers.ToImmutableSortedDictionary(static c => c.Key, c => WithoutSwarm(c.Value, goal), StringComparer.Ordinal),
        },
        HostMove.RemoveNodes => this with { Notes = Notes! with { LeftNodes = [] } },
        HostMove.Connect connect => Containers.TryGetValue(connect.ContainerId, out var container) ? With(Connected(container, connect, goal)) : this,
        HostMove.ConnectAll all => all.Each.Aggregate(this, (host, connect) => host.After(connect, goal, save)),
        HostMove.StartContainers start => start.Ids.Where(Containers.ContainsKey).Aggregate(this, static (host, id) => host.With(Running(host.Containers[id]))),
        HostMove.RunHolder holder => With(HolderOn(holder.Network, goal)),
        HostMove.RemoveHolder holder => this with { Containers = Containers.RemoveRange(Containers.Where(c => c.Value.Name == Holder.NameFor(holder.Network)).Select(static c => c.Key)) },
        HostMove.KeepAddresses keep => this with { Marked = Marked.Union(keep.Endpoints) },
        HostMove.FreeAddresses free => this with { Marked = Marked.Except(free.Endpoints) },
        HostMove.WriteRecords write => this with { OwnRecords = OwnRecords.Union(write.Endpoints), Marked = Marked.Except(write.Endpoints) },
        HostMove.DeleteRecords delete => this with { OwnRecords = OwnRecords.Except(delete.Endpoints), EngineRecords = EngineRecords.Except(delete.Endpoints) },
        HostMove.DeleteHalfMade delete => (this with { HalfMade = HalfMade.Except(delete.Endpoints) }).WithGhosts(true),
        HostMove.MendCount => this,
        _ => throw new ArgumentException($"no such move: {move}", nameof(move)),
    };

    private ModelHost WithGhosts(bool hasGhosts) => Notes is null || !hasGhosts ? this : this with { Notes = Notes with { HasGhosts = true } };

    private ModelHost With(ContainerDetail container) =>
        this with { Containers = Containers.SetItem(container.Id, container), Unrecorded = [.. Unrecorded.Where(pair => pair.ContainerId != container.Id)] };

    /// <summary>An engine that is stopped stops its containers, and one with a store deletes their records there.</summary>
    private ModelHost Stopped() => this with
    {
        Runs = false,
        Containers = Containers.ToImmutableSortedDictionary(static c => c.Key, static c => Exited(c.Value), StringComparer.Ordinal),
        Unrecorded = [],
        EngineRecords = Runs && Setup.ClusterStore.Length > 0 ? [] : EngineRecords,
        Notes = Notes is null ? null : Notes with { IsStopped = true },
    };

    private bool IsInSwarm => Setup.SwarmState != "inactive";

    /// <summary>One that is in a swarm ends at once where it is given a store.</summary>
    private ModelHost Started(string? version) => IsInSwarm && Conversion.DaemonJson.StoreOf(DaemonJson) is not null ? this : this with
    {
        Runs = true,
        CannotJoin = false,
        HasHalfJoined = HasHalfJoined && Conversion.DaemonJson.StoreOf(DaemonJson) is not null,
        Containers = Containers.ToImmutableSortedDictionary(static c => c.Key, c => StartsByItself(c.Value) ? Running(c.Value) : c.Value, StringComparer.Ordinal),
        HasResidue = HasResidue && Conversion.DaemonJson.StoreOf(DaemonJson) is null && !ConversionGoal.IsVersion(UsualVersion, version),
        Setup = Setup with { Version = version ?? UsualVersion, ClusterStore = Conversion.DaemonJson.StoreOf(DaemonJson) ?? "" },
        Notes = Notes is null ? null : Notes with { IsStopped = false, HasGhosts = Notes.HasGhosts && Conversion.DaemonJson.StoreOf(DaemonJson) is not null },
    };

    /// <summary>One that stands on a network does not while the engine does not know the network yet.</summary>
    private bool StartsByItself(ContainerDetail container) =>
        ComesBack && container.Attachments.IsEmpty && Notes is not null && Notes.Before.Containers.Any(before => before.Id == container.Id && before.WasRunning);

    private static ContainerDetail Exited(ContainerDetail container) => !container.IsRunning ? container : container with
    {
        State = "exited",
        ProcessId = 0,
        Attachments = [.. container.Attachments.Select(static a => a with { EndpointId = "", Address = null, MacAddress = null })],
    };

    private static ContainerDetail WithoutSwarm(ContainerDetail container, ConversionGoal goal) => container with
    {
        Attachments = [.. container.Attachments.Where(a => goal.Networks.All(network => network.SwarmId != a.NetworkId))],
    };

    private ContainerDetail Connected(ContainerDetail container, HostMove.Connect connect, ConversionGoal goal)
    {
        var network = goal.Networks.Single(network => network.Name == connect.Network);
        var attachment = new ContainerAttachment(
            connect.Network, Setup.ClusterStore.Length > 0 ? network.LegacyId : network.SwarmId, "", null, null, connect.Address, connect.Aliases);
        return container with
        {
            Attachments =
            [
                .. container.Attachments.Where(a => a.Network != connect.Network).Append(container.IsRunning ? Live(attachment) : attachment)
                    .OrderBy(static a => a.Network, StringComparer.Ordinal),
            ],
        };
    }

    private static ContainerDetail Running(ContainerDetail container) =>
        container with { State = "running", ProcessId = 1, Attachments = [.. container.Attachments.Select(Live)] };

    /// <summary>Engines derive the MAC address of an overlay endpoint from its IP address.</summary>
    private static ContainerAttachment Live(ContainerAttachment attachment) => attachment.FixedAddress is not { } address ? attachment : attachment with
    {
        EndpointId = $"endpoint-{address}",
        Address = address,
        MacAddress = MacOf(address),
    };

    private static PhysicalAddress MacOf(IPAddress address) => new([0x02, 0x42, .. address.GetAddressBytes()]);

    private static ContainerDetail HolderOn(string network, ConversionGoal goal) => new(
        Holder.NameFor(network), Holder.NameFor(network), "overlaybridge/holder", "running", network, 1, null, false,
        ImmutableSortedDictionary<string, string>.Empty.Add(Holder.Label, network),
        [new(network, goal.Networks.Single(n => n.Name == network).SwarmId, "endpoint", null, null, null, [])], []);
}
