using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Downtimes;
using OverlayBridge.Overlay.Plans.Staging;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Reports.Plans;

/// <summary>What <c>plan show</c> shows. Its JSON is a contract: docs/schemas/plan.schema.json. The plan file itself is YAML with a schema of its own.</summary>
/// <param name="File">As it was named; null for a plan that was made just now.</param>
/// <param name="Index">The store's index that the plan was made from.</param>
/// <param name="MaxUnavailable">A number of replicas, or a share such as <c>25%</c>.</param>
/// <param name="Parallel">How many hosts of a stage are worked on at once.</param>
/// <param name="LowerBound">So many stages of hosts there must be at least.</param>
/// <param name="Figures">The measured times that expected downtimes are made of.</param>
public sealed record PlanDocument(
    int FormatVersion,
    string? File,
    string Name,
    string Source,
    ulong Index,
    DateTimeOffset Created,
    string Manager,
    ImmutableArray<string> SwarmHosts,
    string MaxUnavailable,
    int Parallel,
    int LowerBound,
    ImmutableArray<PlanNetworkLine> Networks,
    ImmutableArray<PlanStageLine> Stages,
    ImmutableArray<PlanHostLine> Hosts,
    ImmutableArray<PlanSetLine> ReplicaSets,
    ImmutableArray<PlanFigureLine> Figures)
{
    public const int CurrentFormatVersion = 1;

    /// <param name="lowerBound">See <see cref="LowerBound"/>.</param>
    public static PlanDocument Of(MigrationPlan plan, string? file, DowntimeFigures figures, int lowerBound)
    {
        var hosts = plan.Hosts.ToDictionary(static host => host.Name, StringComparer.Ordinal);
        var stageOf = plan.Stages.SelectMany(static stage => stage.Hosts.Select(host => (host, stage.Name))).ToDictionary(static pair => pair.host, static pair => pair.Name, StringComparer.Ordinal);
        return new(
            CurrentFormatVersion, file, plan.Name, plan.Origin.Source, plan.Origin.Index, plan.Origin.Created, plan.Manager, plan.SwarmHosts,
            plan.Limits.MaxUnavailable.ToString(), plan.Limits.Parallel, lowerBound,
            [.. plan.Networks.Select(static network => new PlanNetworkLine(network.Name, network.Id, string.Join(", ", network.Subnets)))],
            [.. plan.Stages.Select(stage => PlanStageLine.Of(plan, stage, hosts, figures))],
            [.. plan.Hosts.Select(host => PlanHostLine.Of(host, stageOf.GetValueOrDefault(host.Name, ""), figures))],
            [.. StagingFleet.Of(plan).Sets.Select(static set => new PlanSetLine(set.Name, set.Size, set.Allowed, [.. set.Loads.Select(static load => load.Host)]))],
            [
                PlanFigureLine.Of("convert", figures.Convert), PlanFigureLine.Of("convert-upgrade", figures.ConvertUpgrade),
                PlanFigureLine.Of("upgrade", figures.Upgrade), PlanFigureLine.Of("move", figures.Move),
            ]);
    }
}

public sealed record PlanNetworkLine(string Name, string Id, string Subnet);

/// <summary>A time that is expected.</summary>
/// <param name="Least">Seconds.</param>
/// <param name="Most">Seconds.</param>
public sealed record ExpectedSeconds(double Least, double Most)
{
    internal static ExpectedSeconds Of(TimeSpread spread) => new(Math.Round(spread.Least.TotalSeconds, 1), Math.Round(spread.Most.TotalSeconds, 1));
}

/// <param name="Name">What happens: <c>convert</c>, <c>convert-upgrade</c>, <c>upgrade</c>, <c>move</c>.</param>
public sealed record PlanFigureLine(string Name, ExpectedSeconds Seconds)
{
    internal static PlanFigureLine Of(string name, TimeSpread spread) => new(name, ExpectedSeconds.Of(spread));
}

/// <param name="Kind"><c>prepare</c>, <c>hosts</c> or <c>retire</c>.</param>
/// <param name="Window">When its steps may begin, in words; null for any time.</param>
/// <param name="Seconds">How long its steps take, without waits for gates and windows; null for stages without hosts.</param>
public sealed record PlanStageLine(
    string Name, string Kind, ImmutableArray<string> Hosts, string? Window, ImmutableArray<PlanGateLine> Gates, ImmutableArray<PlanStepLine> Steps,
    ExpectedSeconds? Seconds)
{
    internal static PlanStageLine Of(MigrationPlan plan, PlanStage stage, Dictionary<string, PlanHost> hosts, DowntimeFigures figures) => new(
        stage.Name, stage.Kind.ToString().ToLowerInvariant(), stage.Hosts, stage.Window is { } window ? GateWords.Of(window) : null,
        [.. stage.Gates.Select(static gate => new PlanGateLine(gate.Name, GateWords.Kind(gate), GateWords.Of(gate)))],
        [.. PlanSteps.Of(plan, stage).Select(static step => new PlanStepLine(step.Id, PlanSteps.Word(step.Kind), step.Host, step.Network, step.Container, step.Project, (int)step.Timeout.TotalSeconds))],
        stage.Hosts.IsEmpty ? null : ExpectedSeconds.Of(ExpectedDowntime.Of(stage.Hosts.Select(host => hosts[host]), plan.Limits.Parallel, figures)));
}

/// <param name="Kind"><c>approval</c>, <c>replicas</c> or <c>probe</c>.</param>
/// <param name="WaitsFor">In words.</param>
public sealed record PlanGateLine(string Name, string Kind, string WaitsFor);

/// <param name="Kind">As in the id: <c>convert-host</c>.</param>
/// <param name="Host">Whose agent carries it out.</param>
/// <param name="TimeoutSeconds">After this it has failed.</param>
public sealed record PlanStepLine(string Id, string Kind, string Host, string? Network, string? Container, string? Project, int TimeoutSeconds);

/// <param name="Stage">In which it goes over.</param>
/// <param name="Strategy"><c>convert-host</c> or <c>move-container</c>.</param>
/// <param name="UpgradeTo">Null to stay on the engine that runs.</param>
/// <param name="Upgrade"><c>with-conversion</c> or <c>afterwards</c>; null without <paramref name="UpgradeTo"/>.</param>
/// <param name="Seconds">How long its steps take.</param>
public sealed record PlanHostLine(
    string Name, string Vtep, string Stage, string Strategy, string EngineVersion, string? UpgradeTo, string? Upgrade, ExpectedSeconds Seconds,
    ImmutableArray<PlanContainerLine> Containers)
{
    internal static PlanHostLine Of(PlanHost host, string stage, DowntimeFigures figures) => new(
        host.Name, host.Vtep.ToString(), stage, host.Strategy == HostStrategy.ConvertHost ? "convert-host" : "move-container", host.EngineVersion, host.UpgradeTo,
        host.UpgradeTo is null ? null : host.Upgrade == UpgradeTime.Afterwards ? "afterwards" : "with-conversion",
        ExpectedSeconds.Of(ExpectedDowntime.Of(host, figures)), [.. host.Containers.Select(container => PlanContainerLine.Of(host, container, figures))]);
}

/// <param name="ReplicaSet">Null for one that stands for itself.</param>
/// <param name="MoveTo">The swarm host it goes to; null when it stays.</param>
/// <param name="Outages">How often it is away.</param>
/// <param name="Downtime">How long it is away, all outages together.</param>
public sealed record PlanContainerLine(
    string Name, string Id, bool Running, string? ReplicaSet, string? MoveTo, ImmutableArray<PlanPlaceLine> Attachments, int Outages, ExpectedSeconds Downtime)
{
    internal static PlanContainerLine Of(PlanHost host, PlanContainer container, DowntimeFigures figures)
    {
        var (outages, away) = ExpectedDowntime.Of(host, container, figures);
        return new(
            container.Name, container.Id, container.IsRunning, container.ReplicaSet, container.MoveTo,
            [.. container.Attachments.Select(static place => new PlanPlaceLine(place.Network, place.Address.ToString(), place.MacAddress.ToColonText(), place.Aliases))],
            outages, ExpectedSeconds.Of(away));
    }
}

/// <summary>A container's place on a network.</summary>
public sealed record PlanPlaceLine(string Network, string Address, string Mac, ImmutableArray<string> Aliases);

/// <param name="Size">Replicas that run.</param>
/// <param name="Allowed">How many of them may be away at once.</param>
/// <param name="Hosts">Where they run.</param>
public sealed record PlanSetLine(string Name, int Size, int Allowed, ImmutableArray<string> Hosts);
