using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs.Simulation;

/// <summary>
/// A run in a model: the records that the store would hold, agents that do what they are asked in model time, and faults. Immutable, so that many futures can
/// begin at one moment. What is decided is <see cref="RunDecisions"/>, the same as in a real run.
/// </summary>
/// <param name="InForce">Steps whose effect is there.</param>
/// <param name="HalfWay">Steps that began to act and failed.</param>
/// <param name="Hosts">All hosts of the plan and of the swarm, by name.</param>
/// <param name="Down">Members of replica sets that do not run.</param>
/// <param name="FailingProbes">Probes that fail now.</param>
/// <param name="Faults">Those that have not happened yet.</param>
public sealed record SimulatedRun(
    RunPlan Plan,
    RunRecord Run,
    ImmutableDictionary<string, StepRecord> Steps,
    ImmutableDictionary<string, StageRecord> Stages,
    ImmutableDictionary<string, SimulatedTask> Tasks,
    ImmutableDictionary<string, HostTaskReport> Reports,
    ImmutableDictionary<(string Host, string Probe), ProbeTaskRecord> ProbeTasks,
    ImmutableDictionary<string, ProbeReport> Probes,
    ImmutableHashSet<string> InForce,
    ImmutableHashSet<string> HalfWay,
    ImmutableDictionary<string, RunHost> Hosts,
    ImmutableHashSet<string> Down,
    ImmutableHashSet<string> FailingProbes,
    ImmutableArray<SimulatedFault> Faults,
    DateTimeOffset Now)
{
    /// <summary>The moment after <c>migrate start</c>.</summary>
    public static SimulatedRun Start(RunPlan plan, DateTimeOffset now, params ImmutableArray<SimulatedFault> faults) => new(
        plan, new RunRecord("model", plan.Plan.Name, "", 0, RunState.Running, now, "", "", "model", now),
        ImmutableDictionary<string, StepRecord>.Empty, ImmutableDictionary<string, StageRecord>.Empty, ImmutableDictionary<string, SimulatedTask>.Empty,
        ImmutableDictionary<string, HostTaskReport>.Empty, ImmutableDictionary<(string, string), ProbeTaskRecord>.Empty, ImmutableDictionary<string, ProbeReport>.Empty,
        [], [],
        plan.Plan.Hosts.Select(static host => host.Name).Concat(plan.Plan.SwarmHosts).Append(plan.Plan.Manager).Distinct()
            .ToImmutableDictionary(static host => host, static _ => Up),
        [], [], faults, now);

    private static readonly RunHost Up = new(IsHeard: true, EngineIsUp: true);

    /// <summary>Hosts that are down with their agents.</summary>
    public IEnumerable<string> Dead => Hosts.Where(static host => !host.Value.IsHeard).Select(static host => host.Key);

    private bool IsDead(string host) => Hosts.TryGetValue(host, out var known) && !known.IsHeard;

    /// <summary>What an executor sees now.</summary>
    public RunView View() => new(
        Run, Plan, Steps, Stages, Reports,
        Hosts,
        Down.ToImmutableDictionary(static member => member, static _ => "not running"), ProbeTasks,
        Probes.ToImmutableDictionary(static probe => probe.Key, probe => new ProbeSighting(probe.Value, !IsDead(HostOfProbe(probe.Key)))), Now);

    private string HostOfProbe(string probe) => ProbeTasks.Keys.FirstOrDefault(key => key.Probe == probe).Host ?? "";

    /// <summary>A write of an executor; null when it looked at something else than what is there: nothing is written then.</summary>
    public SimulatedRun? Apply(RunView looked, RunAction action)
    {
        if (looked.Run != Run)
            return null;
        return action switch
        {
            RunAction.Move move => this with { Run = move.Next },
            RunAction.Stage { Next: var next } => looked.Stages.GetValueOrDefault(next.Stage) == Stages.GetValueOrDefault(next.Stage) ? this with { Stages = Stages.SetItem(next.Stage, next) } : null,
            RunAction.Journal { Next: var next } => looked.Step(next.Step) == Steps.GetValueOrDefault(next.Step) ? this with { Steps = Steps.SetItem(next.Step, next) } : null,
            RunAction.Ask ask => looked.Step(ask.Step.Id) == Steps.GetValueOrDefault(ask.Step.Id) ? Ask(ask.Step, ask.Next) : null,
            RunAction.Watch watch => this with { ProbeTasks = ProbeTasks.SetItem((watch.Host, watch.Task.Probe), watch.Task) },
            RunAction.Unwatch probe => this with { ProbeTasks = ProbeTasks.Remove((probe.Host, probe.Probe)), Probes = Probes.Remove(probe.Probe) },
            _ => throw new InvalidOperationException($"No way to {action.GetType().Name}."),
        };
    }

    private SimulatedRun Ask(PlanStep step, StepRecord next) => this with
    {
        Steps = Steps.SetItem(step.Id, next),
        Tasks = Tasks.SetItem(step.Id, new SimulatedTask(step, next.Attempt, next.Undo, Now + SimulatedTask.TimeOf(step.Kind))),
        // Whose containers go down with the step is down from now on.
        Down = Down.Union(Plan.Affected(step, Steps)),
    };

    /// <summary>An operator's word; it is taken, or refused.</summary>
    public (SimulatedRun Next, RunRefusal? Refusal) Request(Func<RunRequests, RunAnswer> request)
    {
        var answer = request(new RunRequests(Run, Plan, Steps, Stages, "model", Now));
        return answer.Next is { } next ? (this with { Run = next }, null) : (this, answer.Refusal);
    }

    /// <summary>When something happens next on a host that lives; null when nothing will.</summary>
    public DateTimeOffset? NextEnd => Tasks.Values.Where(task => !IsDead(task.Step.Host)).Select(static task => (DateTimeOffset?)task.Ends).Min();

    /// <summary>Time passes: agents come to the end of what they are at, probes count.</summary>
    public SimulatedRun Advance(DateTimeOffset to)
    {
        var next = this with { Now = to };
        foreach (var task in Tasks.Values.Where(task => task.Ends <= to && !IsDead(task.Step.Host)).OrderBy(static task => task.Ends).ThenBy(static task => task.Step.Id, StringComparer.Ordinal))
            next = next.End(task);
        return next.Count();
    }

    /// <summary>The host is started again; its agent finds its task.</summary>
    public SimulatedRun Revive(string host) => this with
    {
        Hosts = Hosts.SetItem(host, Up),
        Down = Tasks.Values.Any(task => task.Step.Host == host) || HalfWay.Any(step => Plan.Step(step)!.Host == host)
            ? Down
            : Down.Except(Down.Where(member => RunPlan.HostOf(member) == host)),
        Tasks = Tasks.SetItems(Tasks.Where(task => task.Value.Step.Host == host).Select(task => KeyValuePair.Create(task.Key, task.Value with { Ends = Now + SimulatedTask.TimeOf(task.Value.Step.Kind) }))),
    };

    private SimulatedRun End(SimulatedTask task)
    {
        if (Faults.FirstOrDefault(fault => fault.Step == task.Step.Id && fault.Host == task.Step.Host) is { } fault)
            return (this with { Faults = Faults.Remove(fault) }).Suffer(task, fault);
        var changes = FleetFacts.Of(Plan.Plan, task.Step, task.Undo, InForce);
        return (this with
        {
            InForce = task.Undo ? InForce.Remove(task.Step.Id) : InForce.Add(task.Step.Id),
            HalfWay = HalfWay.Remove(task.Step.Id),
            Down = Down.Except(Down.Where(member => RunPlan.HostOf(member) == task.Step.Host)),
        }).Report(task, HostTaskState.Done, [.. changes.Select(static change => change.ToString())], "", "");
    }

    private SimulatedRun Suffer(SimulatedTask task, SimulatedFault fault) => fault.Kind switch
    {
        SimulatedFaultKind.HostDies => this with
        {
            Hosts = Hosts.SetItem(task.Step.Host, new RunHost(IsHeard: false, EngineIsUp: false)),
            Down = Down.Union(Plan.SetsOf(task.Step.Host).SelectMany(static one => one.Members)),
        },
        SimulatedFaultKind.EngineStaysDown when task.Step.Kind != StepKind.CheckStore => (this with { HalfWay = HalfWay.Add(task.Step.Id), Down = Down.Union(Plan.SetsOf(task.Step.Host).SelectMany(static one => one.Members)) })
            .Report(task, HostTaskState.Failed, ["engine stopped"], "the engine does not come back", "Look at the engine's log on the host"),
        // Nothing was begun: what runs on the host runs, also what went down with it when it died before.
        _ => (this with
        {
            Down = HalfWay.Any(step => Plan.Step(step)!.Host == task.Step.Host) ? Down : Down.Except(Down.Where(member => RunPlan.HostOf(member) == task.Step.Host)),
        })
            .Report(task, HostTaskState.Failed, [], "the check before it says no", "Mend what the check names"),
    };

    private SimulatedRun Report(SimulatedTask task, HostTaskState state, ImmutableArray<string> changes, string cause, string remedy) => this with
    {
        Tasks = Tasks.Remove(task.Step.Id),
        Reports = Reports.SetItem(task.Step.Id, new HostTaskReport(Run.Id, task.Step.Id, task.Attempt, task.Undo, state, "", changes, cause, remedy, Now)),
    };

    private SimulatedRun Count() => this with
    {
        Probes = ProbeTasks.Where(task => !IsDead(task.Key.Host)).Aggregate(Probes, (probes, task) => probes.SetItem(task.Key.Probe, Count(task.Value, probes.GetValueOrDefault(task.Key.Probe)))),
    };

    private ProbeReport Count(ProbeTaskRecord task, ProbeReport? known)
    {
        var report = known?.Attempt == task.Attempt ? known : new ProbeReport(Run.Id, task.Probe, task.Attempt, 0, 0, 0, 0, "", null, Now, Now);
        var tries = (long)((Now - report.Updated).TotalMilliseconds / Math.Max(1, task.IntervalMilliseconds));
        if (tries == 0 && report.Tries > 0)
            return report;
        tries = Math.Max(1, tries);
        return FailingProbes.Contains(task.Probe)
            ? report with { Tries = report.Tries + tries, Failures = report.Failures + tries, SuccessesInARow = 0, LastError = "connection refused", LastFailed = Now, Updated = Now }
            : report with { Tries = report.Tries + tries, SuccessesInARow = report.SuccessesInARow + tries, Updated = Now };
    }
}

/// <summary>What a host of the model is at.</summary>
public sealed record SimulatedTask(PlanStep Step, int Attempt, bool Undo, DateTimeOffset Ends)
{
    /// <summary>What steps take on real hosts, roughly: docs of the sequences measured by hand.</summary>
    public static TimeSpan TimeOf(StepKind kind) => kind switch
    {
        StepKind.CheckStore => TimeSpan.FromSeconds(1),
        StepKind.ConvertHost => TimeSpan.FromSeconds(15),
        StepKind.UpgradeEngine => TimeSpan.FromSeconds(10),
        StepKind.MoveContainer or StepKind.UpdateCompose => TimeSpan.FromSeconds(8),
        _ => TimeSpan.FromSeconds(2),
    };
}
