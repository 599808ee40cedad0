using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;

namespace OverlayBridge.Reports.Runs;

/// <summary>How a run stands. Its JSON is a contract: docs/schemas/migration.schema.json.</summary>
/// <param name="Store">The control node that was asked.</param>
/// <param name="Run">Null when there never was one.</param>
/// <param name="Executor">Null when no control node has said anything about this run yet.</param>
/// <param name="Steps">Every step that was begun or left out, in the plan's order.</param>
/// <param name="Events">The last ones, oldest first.</param>
public sealed record RunDocument(
    int FormatVersion,
    string Store,
    RunLine? Run,
    ExecutorLine? Executor,
    ImmutableArray<StageLine> Stages,
    ImmutableArray<StepLine> Steps,
    ImmutableArray<EventLine> Events,
    WebhookLine? Webhooks)
{
    public const int CurrentFormatVersion = 1;

    /// <summary>An executor that says nothing for so long is not there: it speaks every 5 s.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private const int ShownEvents = 20;

    public static RunDocument None(string store) => new(CurrentFormatVersion, store, null, null, [], [], [], null);

    /// <param name="view">The run with its hosts.</param>
    public static RunDocument Of(string store, RunView view, RunProgress? progress, RunEvents? events, RunWebhooks? webhooks) => new(
        CurrentFormatVersion, store, RunLine.Of(view), progress is null ? null : ExecutorLine.Of(progress, view.Now),
        [.. view.Plan.Stages.Select(stage => StageLine.Of(view, stage))],
        [.. view.Plan.Stages.SelectMany(static stage => stage.Steps).Select(step => (Step: step, Record: view.Step(step.Id))).Where(static one => one.Record is not null).Select(one => StepLine.Of(view, one.Step, one.Record!))],
        events is null ? [] : [.. events.Latest.TakeLast(ShownEvents).Select(static one => new EventLine(one.Number, one.At, one.Kind, one.Stage, one.Host, one.Step, one.Text))],
        webhooks is null ? null : new(webhooks.Delivered, webhooks.Lost, webhooks.Fault));
}

/// <summary>The run's record.</summary>
/// <param name="State"><c>running</c>, <c>paused</c>, <c>rolling-back</c>, <c>done</c>, <c>rolled-back</c>, <c>retired</c>.</param>
/// <param name="Note">Why it is in this state; empty when there is nothing to say.</param>
/// <param name="Remedy">What to look at and to do; empty when nothing is to be done.</param>
/// <param name="RollbackTo">While it goes back: the stage that stays, empty for none; null while it goes forward.</param>
/// <param name="StepsDone">Steps that are done or left out.</param>
/// <param name="ExpectedSeconds">What the hosts' work still takes, people and windows not counted; null while nothing is under way.</param>
/// <param name="ExpectedEnd">The same as a time.</param>
public sealed record RunLine(
    string Id,
    string Plan,
    string Digest,
    string State,
    DateTimeOffset StateSince,
    string Note,
    string Remedy,
    string By,
    DateTimeOffset Started,
    string? RollbackTo,
    bool OneWay,
    int StepsDone,
    int Steps,
    int? ExpectedSeconds,
    DateTimeOffset? ExpectedEnd)
{
    public static RunLine Of(RunView view) => Of(view, RunForecast.Remaining(view.Plan, view.Run, view.Steps, view.Now));

    private static RunLine Of(RunView view, TimeSpan? remaining) => new(
        view.Run.Id, view.Run.Plan, view.Run.Digest, RunRequests.Word(view.Run.State), view.Run.StateSince, view.Run.Note, view.Run.Remedy, view.Run.By, view.Run.Started,
        view.Run.Rollback?.To, view.Run.IsOneWay, view.Steps.Values.Count(static step => step.State is StepState.Done or StepState.Skipped),
        view.Plan.Stages.Sum(static stage => stage.Steps.Length),
        remaining is { } left ? (int)Math.Ceiling(left.TotalSeconds) : null, view.Now + remaining);
}

/// <summary>The executor, in the leading control node.</summary>
/// <param name="Silent">It has not spoken for longer than it should: no control node leads, or none reaches its store.</param>
public sealed record ExecutorLine(string Node, DateTimeOffset At, bool Silent, string Doing, ImmutableArray<string> WaitsFor)
{
    public static ExecutorLine Of(RunProgress progress, DateTimeOffset now) =>
        new(progress.Executor, progress.At, now - progress.At > RunDocument.Silence, progress.Doing, progress.WaitsFor);
}

/// <summary>A stage of the plan.</summary>
/// <param name="Kind"><c>prepare</c>, <c>hosts</c>, <c>retire</c>.</param>
/// <param name="State"><c>pending</c>, <c>begun</c>, <c>done</c>, <c>undone</c>.</param>
/// <param name="StepsDone">Steps that are done or left out.</param>
public sealed record StageLine(
    string Name, string Kind, string State, DateTimeOffset? Begun, DateTimeOffset? Ended, ImmutableArray<string> Hosts, int StepsDone, int Steps, ImmutableArray<GateLine> Gates)
{
    public static StageLine Of(RunView view, RunStage stage)
    {
        var record = view.Stage(stage);
        return new(
            stage.Name, stage.Stage.Kind.ToString().ToLowerInvariant(), record?.State.ToString().ToLowerInvariant() ?? "pending", record?.Begun, record?.Ended, stage.Stage.Hosts,
            stage.Steps.Count(step => view.Step(step.Id)?.State is StepState.Done or StepState.Skipped), stage.Steps.Length,
            [.. stage.Stage.Gates.Select(gate => GateLine.Of(record?.Gates.FirstOrDefault(one => one.Name == gate.Name), gate, Seen(view, stage, gate)))]);
    }

    private static ProbeReport? Seen(RunView view, RunStage stage, Gate gate) =>
        gate is Gate.Probe probe ? view.Probes.GetValueOrDefault(ProbeGate.NameOf(stage, probe))?.Report : null;
}

/// <summary>A gate of a stage.</summary>
/// <param name="Kind"><c>approval</c>, <c>replicas</c>, <c>probe</c>.</param>
/// <param name="State"><c>pending</c>, <c>waiting</c>, <c>passed</c>, <c>failed</c>, <c>skipped</c>.</param>
/// <param name="Tries">Of a probe so far; null for other gates.</param>
/// <param name="Failures">Of these.</param>
/// <param name="LongestOutageMilliseconds">Of a probe so far.</param>
public sealed record GateLine(string Name, string Kind, string State, string Detail, long? Tries, long? Failures, long? LongestOutageMilliseconds)
{
    public static GateLine Of(GateRecord? record, Gate gate, ProbeReport? seen) => new(
        gate.Name, gate.GetType().Name.ToLowerInvariant(), record?.State.ToString().ToLowerInvariant() ?? "pending", record?.Detail ?? "", seen?.Tries, seen?.Failures,
        seen?.LongestOutageMilliseconds);
}

/// <summary>A step that was begun, or left out.</summary>
/// <param name="State"><c>asked</c>, <c>done</c>, <c>failed</c>, <c>skipped</c>, <c>undone</c>.</param>
/// <param name="Undo">The last attempt went back.</param>
/// <param name="Milliseconds">What the attempt took, or takes so far.</param>
/// <param name="Activity">What the host is doing; empty when it is not at it.</param>
/// <param name="Cause">Why it failed, or was left out; empty else.</param>
public sealed record StepLine(
    string Step, string Stage, string Host, string State, bool Undo, int Attempt, DateTimeOffset Begun, long Milliseconds, string Activity, string Cause, string Remedy,
    ImmutableArray<string> Changes)
{
    public static StepLine Of(RunView view, PlanStep step, StepRecord record)
    {
        var answer = record.IsUnderWay ? view.Answer(record) : null;
        var activity = !record.IsUnderWay ? "" : answer is null ? "asked for" : answer.Activity.Length > 0 ? answer.Activity : answer.State.ToString().ToLowerInvariant();
        return new(
            step.Id, step.Stage, step.Host, record.State.ToString().ToLowerInvariant(), record.Undo, record.Attempt, record.Begun,
            Math.Max(0, (long)((record.Ended ?? view.Now) - record.Begun).TotalMilliseconds),
            record.IsUnderWay && !view.IsHeard(step.Host) ? $"{activity}; its agent is not heard of" : activity, record.Cause, record.Remedy, answer?.Changes ?? record.Changes);
    }
}

/// <param name="Number">Counts from 1 in the run.</param>
public sealed record EventLine(int Number, DateTimeOffset At, string Kind, string Stage, string Host, string Step, string Text);

/// <param name="Delivered">Number of the last event that every webhook was told of, or that was given up.</param>
/// <param name="Lost">Deliveries that were given up.</param>
/// <param name="Fault">Of the last one given up; empty when none was.</param>
public sealed record WebhookLine(int Delivered, int Lost, string Fault);
