using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Plans;

/// <summary>
/// A staged cutover, as people review and edit it in a plan file: which hosts go over in which stage, what must hold before the next
/// begins, and the world it was made from. What follows from it (the steps) is worked out by <see cref="PlanSteps"/>, not written down.
/// </summary>
/// <param name="Name">Names the plan everywhere; <c>retire</c> wants it typed. A segment of a key, see <see cref="Records.BridgeKeys.IsSegment"/>.</param>
/// <param name="Manager">The host (agent's name) of a swarm manager: networks are exposed and retired there.</param>
/// <param name="Networks">Legacy networks that go over, by name.</param>
/// <param name="Hosts">Legacy hosts that go over, by name.</param>
/// <param name="Webhooks">Told of every event of the run by HTTP POST.</param>
public sealed record MigrationPlan(
    string Name,
    PlanOrigin Origin,
    string Manager,
    PlanLimits Limits,
    ImmutableArray<PlanNetwork> Networks,
    ImmutableArray<PlanHost> Hosts,
    ImmutableArray<ReplicaSet> ReplicaSets,
    PlanConstraints Constraints,
    ImmutableArray<PlanStage> Stages,
    ImmutableArray<Uri> Webhooks)
{
    public const int FormatVersion = 1;

    /// <summary>Hosts of the swarm (agents' names) besides the manager that the plan counts on: containers are moved there, probes run there.</summary>
    public ImmutableArray<string> SwarmHosts { get; init; } = [];

    /// <summary>Compose projects that are brought up anew, with the transition's override, once their host went over.</summary>
    public ImmutableArray<PlanComposeProject> Compose { get; init; } = [];
}

/// <summary>A Compose project on a host.</summary>
/// <param name="Name">As in the label <c>com.docker.compose.project</c>. A segment of a key.</param>
/// <param name="Host">A legacy host of the plan.</param>
/// <param name="Directory">Absolute, on that host: where Compose is run.</param>
/// <param name="Files">In the order in which they are laid over each other, relative to <paramref name="Directory"/>.</param>
public sealed record PlanComposeProject(string Name, string Host, string Directory, ImmutableArray<string> Files);

/// <summary>What a plan was made from; a plan whose world has changed since is refused.</summary>
/// <param name="Source">STATE without secrets.</param>
/// <param name="Index">The store's index at that time.</param>
public sealed record PlanOrigin(string Source, ulong Index, DateTimeOffset Created);

/// <param name="MaxUnavailable">How many replicas of a set may be away at once, where the set says nothing else.</param>
/// <param name="Parallel">How many hosts of a stage are worked on at once; at least 1.</param>
public sealed record PlanLimits(Allowance MaxUnavailable, int Parallel);

/// <summary>A number of replicas, or a share of a set's, rounded down but at least one (a set of one could never be moved otherwise).</summary>
/// <param name="Count">At least 1; null where it is a share.</param>
/// <param name="Percent">1 to 100; null where it is a number.</param>
public readonly record struct Allowance(int? Count, int? Percent)
{
    /// <summary>How many of a set of <paramref name="size"/> may be away at once.</summary>
    public int Of(int size) => Count is { } count ? count : Math.Max(1, (int)((long)size * Percent.GetValueOrDefault() / 100));

    /// <summary>Takes <c>2</c> or <c>25%</c> apart.</summary>
    public static bool TryParse(string text, out Allowance allowance)
    {
        var isPercent = text.EndsWith('%');
        allowance = default;
        if (!int.TryParse(isPercent ? text.AsSpan(..^1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ||
            number < 1 || (isPercent && number > 100))
            return false;
        allowance = isPercent ? new(null, number) : new(number, null);
        return true;
    }

    public override string ToString() => Count is { } count ? $"{count}" : $"{Percent}%";
}

/// <param name="Id">Of the legacy network, 64 hex digits.</param>
/// <param name="Subnet">Its first IPv4 subnet.</param>
public sealed record PlanNetwork(string Name, string Id, IPNetwork Subnet)
{
    /// <summary>Further IPv4 subnets, in the network's order; most networks have none.</summary>
    public ImmutableArray<IPNetwork> MoreSubnets { get; init; } = [];

    /// <summary>All of them.</summary>
    [JsonIgnore]
    public ImmutableArray<IPNetwork> Subnets => MoreSubnets.IsDefaultOrEmpty ? [Subnet] : [Subnet, .. MoreSubnets];
}

/// <summary>A legacy host.</summary>
/// <param name="EngineVersion">The engine that ran when the plan was made.</param>
/// <param name="UpgradeTo">The engine that is to run afterwards; null to stay on the one that runs.</param>
public sealed record PlanHost(
    string Name, IPAddress Vtep, HostStrategy Strategy, string EngineVersion, string? UpgradeTo, ImmutableArray<PlanContainer> Containers)
{
    /// <summary>When the engine is exchanged, where <see cref="UpgradeTo"/> says so.</summary>
    public UpgradeTime Upgrade { get; init; }
}

/// <summary>When the engine of a host is exchanged.</summary>
public enum UpgradeTime
{
    /// <summary>In the same stop in which the host goes over: one outage.</summary>
    WithConversion,

    /// <summary>By a step of its own after the host went over: two outages, each with less that is new.</summary>
    Afterwards,
}

/// <summary>How a host's containers go over.</summary>
public enum HostStrategy
{
    /// <summary>In place: the engine leaves the old store and joins the swarm; same containers, addresses, MAC addresses.</summary>
    ConvertHost,

    /// <summary>Each container is made anew on a host of the swarm, at its old address.</summary>
    MoveContainer,
}

/// <param name="ReplicaSet">Name of the set it belongs to; null for a container that stands for itself.</param>
/// <param name="MoveTo">With <see cref="HostStrategy.MoveContainer"/>: the swarm host it goes to.</param>
public sealed record PlanContainer(
    string Id, string Name, bool IsRunning, string? ReplicaSet, string? MoveTo, ImmutableArray<PlanAttachment> Attachments)
{
    /// <summary>With <see cref="MoveTo"/>: paths in the container of which nothing is needed at the new place, though it wrote there; they stay in the old container.</summary>
    public ImmutableArray<string> LeaveBehind { get; init; } = [];
}

/// <param name="Aliases">Without the short container id.</param>
public sealed record PlanAttachment(string Network, IPAddress Address, PhysicalAddress MacAddress, ImmutableArray<string> Aliases);

/// <summary>Containers that stand for each other: the replicas of a Compose or swarm service, or what a person says.</summary>
/// <param name="Members">As <c>HOST/CONTAINER</c>.</param>
/// <param name="MaxUnavailable">Null: the plan's.</param>
public sealed record ReplicaSet(string Name, ImmutableArray<string> Members, Allowance? MaxUnavailable);

/// <summary>What people demand of the stages. Hosts by name.</summary>
/// <param name="Canary">Goes alone, before all others; null for none.</param>
/// <param name="First">None of the others (but the canary) goes in an earlier stage than one of these.</param>
/// <param name="Last">None of the others goes in a later stage than one of these.</param>
/// <param name="Together">Each group in one stage.</param>
/// <param name="Apart">No two of a group in one stage.</param>
public sealed record PlanConstraints(
    string? Canary,
    ImmutableArray<string> First,
    ImmutableArray<string> Last,
    ImmutableArray<ImmutableArray<string>> Together,
    ImmutableArray<ImmutableArray<string>> Apart)
{
    public static PlanConstraints None { get; } = new(null, [], [], [], []);

    /// <summary>Pairs of which the one goes in a later stage than the other.</summary>
    public ImmutableArray<HostOrder> Order { get; init; } = [];
}

/// <param name="Host">Goes in a later stage than <paramref name="After"/>.</param>
public sealed record HostOrder(string Host, string After);

/// <summary>A part of the cutover: begins when the one before is done and its gates are passed.</summary>
/// <param name="Name">Unique in the plan; a segment of a key.</param>
/// <param name="Hosts">Converted in this stage; empty for <see cref="StageKind.Prepare"/> and <see cref="StageKind.Retire"/>.</param>
/// <param name="Gates">What must hold after the stage's steps, before it counts as done.</param>
/// <param name="Window">When its steps may begin; null for any time.</param>
public sealed record PlanStage(string Name, StageKind Kind, ImmutableArray<string> Hosts, ImmutableArray<Gate> Gates, MaintenanceWindow? Window);

public enum StageKind
{
    /// <summary>The store has changed hands, the networks are exposed.</summary>
    Prepare,

    /// <summary>Hosts go over.</summary>
    Hosts,

    /// <summary>The bridge goes. One-way.</summary>
    Retire,
}

/// <summary>Weekly hours in UTC. A window over midnight has an end before its begin.</summary>
/// <param name="Days">Empty for every day.</param>
public sealed record MaintenanceWindow(ImmutableArray<DayOfWeek> Days, TimeOnly From, TimeOnly To);
