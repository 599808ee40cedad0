using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Engines;

/// <summary>
/// What a cutover changes at one Docker engine. Each method ends within a time limit and throws <see cref="EngineException"/> where it fails. What is as
/// it is to become already is no error, as far as the engine tells.
/// </summary>
public interface IEngineControl
{
    /// <summary>How the engine is set up; quick, and works while the store of a legacy engine does not answer.</summary>
    Task<EngineSetup> SetupAsync(CancellationToken token);

    /// <summary>All containers, running or not, in the order of their names.</summary>
    Task<ImmutableArray<ContainerDetail>> DetailsAsync(CancellationToken token);

    /// <summary>One container by id or name; null when it is not there.</summary>
    Task<ContainerDetail?> DetailAsync(string container, CancellationToken token);

    /// <summary>Connects a container, running or not; of one that does not run it replaces what stands under the network's name.</summary>
    /// <param name="address">Null: the engine chooses.</param>
    Task ConnectAsync(string network, string container, IPAddress? address, ImmutableArray<string> aliases, CancellationToken token);

    /// <summary>Takes a container off a network; one that is not on it is no error.</summary>
    Task DisconnectAsync(string network, string container, bool force, CancellationToken token);

    /// <summary>Starts a container; one that runs is no error.</summary>
    Task StartAsync(string container, CancellationToken token);

    /// <summary>Stops a container by its stop signal and kills it after <paramref name="patience"/>; one that does not run is no error.</summary>
    Task StopAsync(string container, TimeSpan patience, CancellationToken token);

    /// <summary>Kills and removes a container; one that is not there is no error.</summary>
    Task RemoveAsync(string container, CancellationToken token);

    /// <summary>Makes a container from a tar of its root, if there is none of that name, and starts it. Needs no registry.</summary>
    Task RunAsync(OwnContainer container, CancellationToken token);

    /// <summary>Runs a command in a running container, without a terminal, and waits for its end.</summary>
    Task<ExecOutcome> ExecAsync(string container, ImmutableArray<string> command, CancellationToken token);

    /// <param name="manager">As <c>ADDRESS:PORT</c>.</param>
    /// <param name="token">A worker's join token: a secret, in no message.</param>
    /// <param name="own">The address at which the others reach this engine.</param>
    Task JoinSwarmAsync(string manager, string token, IPAddress own, CancellationToken cancel);

    /// <summary>Leaves the swarm; an engine in none is no error.</summary>
    Task LeaveSwarmAsync(CancellationToken token);

    /// <summary>The token that workers join with: a secret. Managers only.</summary>
    Task<string> WorkerTokenAsync(CancellationToken token);

    /// <summary>All nodes of the swarm. Managers only.</summary>
    Task<ImmutableArray<SwarmNode>> NodesAsync(CancellationToken token);

    /// <summary>Takes a node off the swarm's list, which frees the addresses of its containers; one that is not there is no error. Managers only.</summary>
    /// <param name="force">Also one that the swarm takes for alive.</param>
    Task RemoveNodeAsync(string node, bool force, CancellationToken token);
}

/// <summary>How an engine is set up.</summary>
/// <param name="Name">By which a swarm lists it.</param>
/// <param name="ClusterStore">The store of a legacy engine; empty for none.</param>
/// <param name="DataRoot">The folder of its containers and networks, <c>/var/lib/docker</c>.</param>
/// <param name="Architecture">Of its kernel: <c>x86_64</c>, <c>aarch64</c>.</param>
/// <param name="LiveRestore">Whether containers run on while the engine does not.</param>
/// <param name="NodeId">In the swarm; empty for none.</param>
/// <param name="SwarmState"><c>inactive</c>, <c>pending</c>, <c>active</c>, <c>error</c> or <c>locked</c>.</param>
public sealed record EngineSetup(
    string Name, string Version, string ClusterStore, string DataRoot, string Architecture, bool LiveRestore, string NodeId, string SwarmState, bool IsManager);

/// <summary>A container as its engine keeps it, running or not.</summary>
/// <param name="State">The engine's word: <c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c>, <c>dead</c>.</param>
/// <param name="NetworkMode">The network that it was made with: a name, an id, <c>default</c>, <c>host</c>, <c>none</c>, <c>container:ID</c>.</param>
/// <param name="ProcessId">On the host; 0 while it does not run.</param>
/// <param name="StopTimeout">Its own; null for the engine's 10 s.</param>
/// <param name="HasInit">Whether an init of the engine passes signals on to it (<c>--init</c>).</param>
/// <param name="Attachments">In the order of the networks' names.</param>
/// <param name="Mounts">Places in the container that something of the host stands at.</param>
public sealed record ContainerDetail(
    string Id,
    string Name,
    string Image,
    string State,
    string NetworkMode,
    int ProcessId,
    TimeSpan? StopTimeout,
    bool HasInit,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<ContainerAttachment> Attachments,
    ImmutableArray<ContainerMount> Mounts)
{
    /// <summary>What an engine gives a container to stop, when neither it nor the host says otherwise.</summary>
    private static readonly TimeSpan UsualStop = TimeSpan.FromSeconds(10);

    /// <summary>Name servers of its own (<c>--dns</c>); empty for the engine's.</summary>
    public ImmutableArray<string> Dns { get; init; } = [];

    /// <summary>How long the engine waits for it to end by its stop signal.</summary>
    public TimeSpan StopPatience => StopTimeout ?? UsualStop;

    /// <summary>Whether the engine starts it whenever it is started itself (<c>--restart always</c> and <c>unless-stopped</c>).</summary>
    public bool RestartsByItself { get; init; }

    /// <summary>Why its last start failed, in the engine's words; empty where it did not.</summary>
    public string StartError { get; init; } = "";

    public bool IsRunning => State is "running" or "paused";

    /// <summary>The engine tries once, when it is started, and the swarm did not let the container onto its network: nothing brings it up any more but a person.</summary>
    public bool IsLeftDown => !IsRunning && RestartsByItself && SwarmRefusal.Is(StartError);

    /// <summary>On the network of that name; null when it is on none.</summary>
    public ContainerAttachment? On(string network) => Attachments.FirstOrDefault(attachment => attachment.Network == network);

    /// <summary>By content, the lists included.</summary>
    public bool Equals(ContainerDetail? other) =>
        other is not null && Id == other.Id && Name == other.Name && Image == other.Image && State == other.State && NetworkMode == other.NetworkMode &&
        ProcessId == other.ProcessId && StopTimeout == other.StopTimeout && HasInit == other.HasInit && Labels.SequenceEqual(other.Labels) &&
        Attachments.SequenceEqual(other.Attachments) && Mounts.SequenceEqual(other.Mounts) && Dns.SequenceEqual(other.Dns) &&
        RestartsByItself == other.RestartsByItself && StartError == other.StartError;

    public override int GetHashCode() => HashCode.Combine(Id, Name, State);
}

/// <summary>What a container keeps of a network.</summary>
/// <param name="Network">Its name, as the container knows it.</param>
/// <param name="NetworkId">Empty where the engine has not met the network yet.</param>
/// <param name="EndpointId">Empty while the container does not run.</param>
/// <param name="Address">Null while the container does not run.</param>
/// <param name="FixedAddress">What a person asked for (<c>--ip</c>); null for none.</param>
/// <param name="Aliases">Without the short container id.</param>
public sealed record ContainerAttachment(
    string Network,
    string NetworkId,
    string EndpointId,
    IPAddress? Address,
    System.Net.NetworkInformation.PhysicalAddress? MacAddress,
    IPAddress? FixedAddress,
    ImmutableArray<string> Aliases)
{
    /// <summary>By content, the aliases included.</summary>
    public bool Equals(ContainerAttachment? other) =>
        other is not null && Network == other.Network && NetworkId == other.NetworkId && EndpointId == other.EndpointId && Equals(Address, other.Address) &&
        Equals(MacAddress, other.MacAddress) && Equals(FixedAddress, other.FixedAddress) && Aliases.SequenceEqual(other.Aliases);

    public override int GetHashCode() => HashCode.Combine(NetworkId, EndpointId);
}

/// <param name="Type"><c>bind</c>, <c>volume</c> or <c>tmpfs</c>.</param>
/// <param name="Source">A folder of the host or a volume's name.</param>
/// <param name="Destination">In the container.</param>
public sealed record ContainerMount(string Type, string Source, string Destination);

/// <summary>A container of the bridge's own.</summary>
/// <param name="Image">What to call its image, with a tag; made from <paramref name="Root"/> where the engine has none of that name.</param>
/// <param name="Root">A tar of its file system.</param>
/// <param name="StopSignal">What ends it.</param>
public sealed record OwnContainer(
    string Name, string Image, ReadOnlyMemory<byte> Root, ImmutableArray<string> Command, string Network, string StopSignal, ImmutableSortedDictionary<string, string> Labels);

/// <param name="ExitCode">Of the command.</param>
/// <param name="Output">The beginning of both its streams.</param>
public sealed record ExecOutcome(long ExitCode, string Output);

/// <summary>A node of a swarm.</summary>
/// <param name="Engine">The name of its engine; empty: it was given a certificate and was not heard of since.</param>
/// <param name="State"><c>ready</c>, <c>down</c>, <c>unknown</c> or <c>disconnected</c>.</param>
/// <param name="ManagerAddress">Where others join and managers speak to each other, as <c>ADDRESS:PORT</c>; empty for a worker.</param>
/// <param name="Created">When it was given its certificate.</param>
public sealed record SwarmNode(string Id, string Engine, string State, string ManagerAddress, bool IsLeader, DateTimeOffset Created);
