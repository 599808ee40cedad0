using System.Collections.Immutable;
using System.Net;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Migration.Agent.Tasks.Counts;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>One change of a host on its way into the swarm, or back.</summary>
internal abstract record HostMove : IChange
{
    private HostMove()
    {
    }

    /// <inheritdoc/>
    public abstract string Words { get; }

    /// <inheritdoc/>
    public virtual bool IsWait => false;

    /// <inheritdoc/>
    public virtual int MostTries => 3;

    /// <summary>Each kill of an engine takes a stop and a start, and so does each thing that it left.</summary>
    private const int MostStarts = 8;

    /// <summary>The engine may be killed in one; the swarm not answer the next; the engine, started anew for that, refuse one more for what its own tries at its start left; and any of it be met twice.</summary>
    private const int MostAttachments = 6;

    private static string Listed(ImmutableArray<LegacyEndpoint> endpoints) => string.Join(", ", endpoints.Select(static e => $"{e.Container} ({e.Network} {e.Address})"));

    /// <summary>Writes down how the host stands, on its disk and in the store, for the way back.</summary>
    public sealed record Save : HostMove
    {
        public override string Words => "Write down the containers' names, addresses and aliases, and daemon.json";
    }

    /// <summary>Throws away what <see cref="Save"/> wrote.</summary>
    public sealed record Forget : HostMove
    {
        public override string Words => "Remove the notes of the conversion";
    }

    /// <summary>Gives the store time until the next look asks it. Changes nothing.</summary>
    public sealed record AwaitStore : HostMove
    {
        public override string Words => "Wait for the store";

        public override bool IsWait => true;

        /// <summary><see cref="PassingFailures"/> says how often.</summary>
        public override int MostTries => int.MaxValue;
    }

    /// <param name="HasGhosts">Which is noted: what it did shows that it was killed over an endpoint.</param>
    public sealed record StopEngine(bool HasGhosts = false) : HostMove
    {
        public override string Words => "Stop the engine, and its containers with it";

        public override int MostTries => MostStarts;
    }

    /// <param name="Version">To be started where several are installed; null for the host's usual one.</param>
    public sealed record StartEngine(string? Version) : HostMove
    {
        public override string Words => Version is null ? "Start the engine" : $"Start engine {Version}";

        public override int MostTries => MostStarts;
    }

    /// <summary>
    /// On the way back, after a crash while a container was being connected: the overlay driver takes what it wrote down of that endpoint for one that lives, and what there is of the network's
    /// namespace for whole. An engine that does not know the network throws both away when it starts.
    /// </summary>
    /// <param name="Text">Of daemon.json, without a store.</param>
    public sealed record StartWithoutStore(string Text) : HostMove
    {
        public override string Words => "Start the engine once without its store, for it to forget the endpoint that it was killed over";
    }

    /// <summary>While the engine is stopped. With one of them there no other VXLAN device of its VNI can be made on this host.</summary>
    /// <param name="Devices">In the host's own network namespace, where engines make them before they move them into the network's.</param>
    public sealed record RemoveDevices(ImmutableArray<VxlanLink> Devices) : HostMove
    {
        public override string Words =>
            $"Delete {string.Join(", ", Devices.Select(static device => device.Name))} ({(Devices.Length == 1 ? "a VXLAN device" : "VXLAN devices")} of an engine that was killed) from the host's own network namespace";

        public bool Equals(RemoveDevices? other) => other is not null && Devices.SequenceEqual(other.Devices);

        public override int GetHashCode() => Devices.Length;
    }

    /// <summary>
    /// After a crash, where another version comes next: a legacy engine that starts again cleans up what the crash left, in the store and in its own files. The other version would
    /// not, and the way back would end at "could not get network sandbox".
    /// </summary>
    public sealed record StartAsItWas : HostMove
    {
        public override string Words => "Start the engine once as it was, for it to clean up what its crash left";
    }

    /// <summary>While the engine is stopped: replaces the network's id, with which newer Compose makes containers, by its name.</summary>
    public sealed record RenameModes(ImmutableArray<NetworkModeChange> Changes) : HostMove
    {
        public override string Words => $"Write the network's name for its id in hostconfig.json of {Changes.Length} {(Changes.Length == 1 ? "container" : "containers")}";

        public bool Equals(RenameModes? other) => other is not null && Changes.SequenceEqual(other.Changes);

        public override int GetHashCode() => Changes.Length;
    }

    /// <param name="Text">Null: the file goes.</param>
    public sealed record WriteDaemonJson(string? Text, string How) : HostMove
    {
        public override string Words => $"Write daemon.json {How}";
    }

    /// <summary>Dead nodes of this engine are taken off the swarm's list before: they would hold its containers' addresses.</summary>
    public sealed record JoinSwarm(string Manager) : HostMove
    {
        public override string Words => $"Join the swarm of {Manager} as a worker";
    }

    public sealed record LeaveSwarm(string NodeId) : HostMove
    {
        public override string Words => $"Leave the swarm (node {NodeId})";
    }

    public sealed record RemoveNodes(string Manager, ImmutableArray<string> Nodes) : HostMove
    {
        public override string Words => $"Take {(Nodes.Length == 1 ? "node" : "nodes")} {string.Join(", ", Nodes)} off the swarm's list";

        public bool Equals(RemoveNodes? other) => other is not null && Nodes.SequenceEqual(other.Nodes);

        public override int GetHashCode() => Nodes.Length;
    }

    /// <param name="Address">Null: the engine chooses one.</param>
    /// <param name="LeavesFirst">Whether what runs there under the network's name is taken off before.</param>
    public sealed record Connect(string ContainerId, string Container, string Network, IPAddress? Address, ImmutableArray<string> Aliases, bool LeavesFirst) : HostMove
    {
        public override string Words =>
            $"Connect {Container} to {Network}{(Address is null ? "" : $" at {Address}")}{(Aliases.IsEmpty ? "" : $" as {string.Join(", ", Aliases)}")}";

        public bool Equals(Connect? other) =>
            other is not null && ContainerId == other.ContainerId && Network == other.Network && Equals(Address, other.Address) &&
            Aliases.SequenceEqual(other.Aliases) && LeavesFirst == other.LeavesFirst;

        public override int GetHashCode() => HashCode.Combine(ContainerId, Network);
    }

    /// <summary>Several, without a look in between.</summary>
    /// <param name="Each">Of containers that are down.</param>
    public sealed record ConnectAll(ImmutableArray<Connect> Each) : HostMove
    {
        public override string Words => string.Join("; ", Each.Select(static connect => connect.Words));

        public bool Equals(ConnectAll? other) => other is not null && Each.SequenceEqual(other.Each);

        public override int GetHashCode() => Each.Length;
    }

    /// <summary>All side by side.</summary>
    public sealed record StartContainers(ImmutableArray<string> Ids, ImmutableArray<string> Names) : HostMove
    {
        public override string Words => $"Start {string.Join(", ", Names)}";

        public override int MostTries => MostAttachments;

        public bool Equals(StartContainers? other) => other is not null && Ids.SequenceEqual(other.Ids);

        public override int GetHashCode() => Ids.Length;
    }

    /// <summary>A container that does nothing but keep a network present on a worker, whose engine else drops it with its last container.</summary>
    public sealed record RunHolder(string Network) : HostMove
    {
        public override string Words => $"Run {Holder.NameFor(Network)}, which keeps the network present here";

        public override int MostTries => MostAttachments;
    }

    public sealed record RemoveHolder(string Network) : HostMove
    {
        public override string Words => $"Remove {Holder.NameFor(Network)}";
    }

    /// <summary>
    /// While the engine is stopped: marks the addresses as taken that its stop gave free. Legacy hosts would give them to others, and two containers have one;
    /// the endpoint records follow with the containers, for names must not lead to what is stopped.
    /// </summary>
    public sealed record KeepAddresses(ImmutableArray<LegacyEndpoint> Endpoints) : HostMove
    {
        public override string Words => $"Keep the addresses taken for legacy hosts: {Listed(Endpoints)}";

        public bool Equals(KeepAddresses? other) => other is not null && Endpoints.SequenceEqual(other.Endpoints);

        public override int GetHashCode() => Endpoints.Length;
    }

    /// <summary>Before the engine starts as a legacy one: gives free again what <see cref="KeepAddresses"/> took.</summary>
    public sealed record FreeAddresses(ImmutableArray<LegacyEndpoint> Endpoints) : HostMove
    {
        public override string Words => $"Give the addresses free for the engine again: {Listed(Endpoints)}";

        public bool Equals(FreeAddresses? other) => other is not null && Endpoints.SequenceEqual(other.Endpoints);

        public override int GetHashCode() => Endpoints.Length;
    }

    /// <summary>What legacy hosts know these containers by: an endpoint each, its address marked as taken, the count.</summary>
    public sealed record WriteRecords(ImmutableArray<LegacyEndpoint> Endpoints) : HostMove
    {
        public override string Words => $"Write legacy records for {Listed(Endpoints)}";

        public bool Equals(WriteRecords? other) => other is not null && Endpoints.SequenceEqual(other.Endpoints);

        public override int GetHashCode() => Endpoints.Length;
    }

    public sealed record DeleteRecords(ImmutableArray<LegacyEndpoint> Endpoints) : HostMove
    {
        public override string Words => $"Delete legacy records of {Listed(Endpoints)}";

        public bool Equals(DeleteRecords? other) => other is not null && Endpoints.SequenceEqual(other.Endpoints);

        public override int GetHashCode() => Endpoints.Length;
    }

    /// <summary>Before a container is connected that the engine refuses for them.</summary>
    public sealed record DeleteHalfMade(ImmutableArray<LegacyEndpoint> Endpoints) : HostMove
    {
        public override string Words => $"Delete what the engine had begun to make when it was killed: {Listed(Endpoints)}";

        public bool Equals(DeleteHalfMade? other) => other is not null && Endpoints.SequenceEqual(other.Endpoints);

        public override int GetHashCode() => Endpoints.Length;
    }

    /// <summary>An engine, or agent, that is killed between an endpoint's record and the count leaves the count off by one for good.</summary>
    public sealed record MendCount(WrongCount Wrong) : HostMove
    {
        public override string Words => Wrong.Words;
    }
}

/// <param name="From">A network's id.</param>
/// <param name="To">Its name.</param>
internal sealed record NetworkModeChange(string ContainerId, string From, string To);

/// <summary>An endpoint record in the legacy store.</summary>
/// <param name="EndpointId">64 hex digits.</param>
internal sealed record LegacyEndpoint(
    string ContainerId, string Container, string Network, string NetworkId, string EndpointId, IPAddress Address, ImmutableArray<string> Aliases)
{
    public bool Equals(LegacyEndpoint? other) => other is not null && EndpointId == other.EndpointId && NetworkId == other.NetworkId;

    public override int GetHashCode() => HashCode.Combine(NetworkId, EndpointId);
}
