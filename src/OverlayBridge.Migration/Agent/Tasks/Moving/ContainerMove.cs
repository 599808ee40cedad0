using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Counts;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>Which container goes where.</summary>
/// <param name="Host">Where it is.</param>
/// <param name="ContainerId">Of the plan.</param>
/// <param name="Networks">All of the plan.</param>
/// <param name="LeaveBehind">Paths of which nothing is needed at the target, by the plan.</param>
internal sealed record MoveGoal(string Host, string ContainerId, string Name, string Target, ImmutableArray<PlanNetwork> Networks, ImmutableArray<string> LeaveBehind);

/// <summary>How a container that moves stands on both hosts and in the store: looked at anew before each change.</summary>
/// <param name="Here">The old one; null: it is gone.</param>
/// <param name="Restart">The old one's restart policy.</param>
/// <param name="There">What the target's agent answered last.</param>
/// <param name="OwnRecords">Endpoints of it that the bridge wrote to the legacy store.</param>
/// <param name="EngineRecords">Endpoints that the legacy engine had of it and that are still there.</param>
/// <param name="WrongCounts">Of the container's networks, once it runs where it is to; each is told of once, for the one that is mended may go on changing.</param>
internal sealed record MoveSituation(
    ContainerDetail? Here, ContainerRestart Restart, MoveAnswer There, ImmutableHashSet<LegacyEndpoint> OwnRecords, ImmutableHashSet<LegacyEndpoint> EngineRecords,
    ImmutableArray<WrongCount> WrongCounts)
{
    public bool RunsThere => There is { IsOurs: true, State: "running" };
}

/// <summary>One change on the way of a container to another host, or back.</summary>
internal abstract record ContainerMove : IChange
{
    private ContainerMove()
    {
    }

    /// <inheritdoc/>
    public abstract string Words { get; }

    public sealed record Save(string Name) : ContainerMove
    {
        public override string Words => $"Write down {Name}'s addresses, aliases and restart policy";
    }

    public sealed record Forget(string Name) : ContainerMove
    {
        public override string Words => $"Have legacy engines read the names around {Name} anew, and remove the notes of its move";
    }

    /// <summary>On its networks, not started: whatever the other engine does not like about it is known before the old one is stopped.</summary>
    public sealed record MakeThere(string Name, string Target, string Places) : ContainerMove
    {
        public override string Words => $"Make {Name} on {Target}, {Places}";
    }

    public sealed record StartThere(string Name, string Target, ImmutableArray<string> Holders) : ContainerMove
    {
        public override string Words =>
            $"Start {Name} on {Target}{(Holders.IsEmpty ? "" : $", with {string.Join(", ", Holders.Select(Holder.NameFor))}, which keeps the network present there")}";

        public bool Equals(StartThere? other) => other is not null && Name == other.Name && Target == other.Target;

        public override int GetHashCode() => HashCode.Combine(Name, Target);
    }

    public sealed record RemoveThere(string Name, string Target) : ContainerMove
    {
        public override string Words => $"Stop {Name} on {Target} and remove it there, or keep it under another name if it has written files of its own";
    }

    public sealed record SetRestart(string Name, ContainerRestart From, ContainerRestart To) : ContainerMove
    {
        public override string Words => $"Set the restart policy of {Name} here from {From} to {To}";
    }

    public sealed record StopHere(string Name, TimeSpan Patience) : ContainerMove
    {
        public override string Words => $"Stop {Name} here; it stays, stopped";
    }

    public sealed record StartHere(string Name) : ContainerMove
    {
        public override string Words => $"Start {Name} here";
    }

    public sealed record ConnectHere(string Name, string Network, IPAddress Address, ImmutableArray<string> Aliases) : ContainerMove
    {
        public override string Words => $"Connect {Name} here to {Network} at {Address}";

        public bool Equals(ConnectHere? other) => other is not null && Name == other.Name && Network == other.Network;

        public override int GetHashCode() => HashCode.Combine(Name, Network);
    }

    /// <summary>What legacy hosts know the container by: an endpoint, its address marked as taken, the count.</summary>
    public sealed record WriteRecords(ImmutableArray<LegacyEndpoint> Endpoints) : ContainerMove
    {
        public override string Words => $"Write legacy records for {string.Join(", ", Endpoints.Select(static e => $"{e.Container} ({e.Network} {e.Address})"))}";

        public bool Equals(WriteRecords? other) => other is not null && Endpoints.SequenceEqual(other.Endpoints);

        public override int GetHashCode() => Endpoints.Length;
    }

    /// <summary>An agent or a control node that is killed between an endpoint's record and the count leaves the count off by one for good.</summary>
    public sealed record MendCount(WrongCount Wrong) : ContainerMove
    {
        public override string Words => Wrong.Words;
    }

    public sealed record DeleteRecords(ImmutableArray<LegacyEndpoint> Endpoints) : ContainerMove
    {
        public override string Words => $"Delete legacy records of {string.Join(", ", Endpoints.Select(static e => $"{e.Container} ({e.Network} {e.Address})"))}";

        public bool Equals(DeleteRecords? other) => other is not null && Endpoints.SequenceEqual(other.Endpoints);

        public override int GetHashCode() => Endpoints.Length;
    }
}
