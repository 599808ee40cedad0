using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>All that the executor decides on, as it was read at one moment.</summary>
/// <param name="Steps">The journal, by step.</param>
/// <param name="Stages">By name.</param>
/// <param name="Reports">What agents say about their tasks, by step; those of other runs are none.</param>
/// <param name="Hosts">By name; a host that is missing never had an agent.</param>
/// <param name="Away">Members of replica sets (<c>HOST/CONTAINER</c>) that ran when the plan was made and are not known to run, each with why.</param>
/// <param name="ProbeTasks">What agents are asked to probe for this run, by host and probe.</param>
/// <param name="Probes">What they saw, by probe.</param>
/// <param name="Now">By the executor's clock.</param>
public sealed record RunView(
    RunRecord Run,
    RunPlan Plan,
    ImmutableDictionary<string, StepRecord> Steps,
    ImmutableDictionary<string, StageRecord> Stages,
    ImmutableDictionary<string, HostTaskReport> Reports,
    ImmutableDictionary<string, RunHost> Hosts,
    ImmutableDictionary<string, string> Away,
    ImmutableDictionary<(string Host, string Probe), ProbeTaskRecord> ProbeTasks,
    ImmutableDictionary<string, ProbeSighting> Probes,
    DateTimeOffset Now)
{
    /// <summary>Steps that hosts may be at work on, in the order of their ids.</summary>
    public ImmutableArray<StepRecord> UnderWay { get; } = [.. Steps.Values.Where(static step => step.IsUnderWay).OrderBy(static step => step.Step, StringComparer.Ordinal)];

    public StepRecord? Step(string id) => Steps.GetValueOrDefault(id);

    public StageRecord? Stage(RunStage stage) => Stages.GetValueOrDefault(stage.Name);

    public bool IsDone(RunStage stage) => Stage(stage)?.State == StageState.Done;

    public bool IsHeard(string host) => Hosts.GetValueOrDefault(host)?.IsHeard ?? false;

    /// <summary>What a host says about a step that it was asked for; null when it said nothing about this attempt.</summary>
    public HostTaskReport? Answer(StepRecord step) =>
        Reports.GetValueOrDefault(step.Step) is { } report && report.Run == step.Run && report.Attempt == step.Attempt && report.Undo == step.Undo ? report : null;

    /// <summary>The operator's word that something is left out; null when there is none.</summary>
    public RunSkip? Skip(string what) => Run.Skips.FirstOrDefault(skip => skip.What == what);
}

/// <summary>A host, as far as it is known.</summary>
/// <param name="IsHeard">Its agent gave a sign of life lately.</param>
/// <param name="EngineIsUp">As the agent said last.</param>
public sealed record RunHost(bool IsHeard, bool EngineIsUp);

/// <summary>What a probe saw.</summary>
/// <param name="IsFresh">It went on counting lately; a count that stands still says nothing about now.</param>
public sealed record ProbeSighting(ProbeReport Report, bool IsFresh);
