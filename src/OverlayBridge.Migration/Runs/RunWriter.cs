using System.Collections.Immutable;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;

namespace OverlayBridge.Migration.Runs;

/// <summary>
/// Makes the executor's writes: each in one transaction with the event that it is, conditional on the run's record and on the record that it replaces. A leader
/// that does not know that it leads no longer so writes nothing.
/// </summary>
/// <param name="takeover">Null where the store was not taken over from another.</param>
internal sealed class RunWriter(IRunStore store, Stored<RunRecord> run, RunContent content, RunView view, Stored<TakeoverRecord>? takeover)
{
    private RunEvents events = content.Events ?? RunEvents.None(run.Record.Id);

    public RunView View => view;

    /// <returns>False when something was changed since it was looked at; nothing was written.</returns>
    public async ValueTask<bool> ApplyAsync(RunAction action, CancellationToken token)
    {
        var told = RunStory.Of(view, action);
        var next = told is null ? events : events.Add(told);
        ImmutableArray<RunWrite> writes = [.. Writes(action), .. told is null ? [] : new RunWrite[] { new RunWrite.Put(BridgeKeys.RunEvents(run.Record.Id), BridgeRecords.Encode(next), null) }];
        if (!await store.CommitAsync(writes, token).ConfigureAwait(false))
            return false;
        events = next;
        return true;
    }

    /// <summary>Notes an event that is nobody's write: what an operator did.</summary>
    public async ValueTask TellAsync(RunEvent told, CancellationToken token)
    {
        var next = events.Add(told);
        if (await store.CommitAsync([Unchanged, new RunWrite.Put(BridgeKeys.RunEvents(run.Record.Id), BridgeRecords.Encode(next), null)], token).ConfigureAwait(false))
            events = next;
    }

    /// <summary>Takes away what hosts were asked for by a run that is over.</summary>
    public async ValueTask CleanAsync(FleetLook look, CancellationToken token)
    {
        foreach (var (host, step) in look.Tasks)
            await store.CommitAsync([Unchanged, new RunWrite.Delete(BridgeKeys.HostTask(host, step)), new RunWrite.Delete(BridgeKeys.HostTaskReport(host, step))], token).ConfigureAwait(false);
        foreach (var (host, probe) in look.ProbeTasks.Keys)
            await store.CommitAsync([Unchanged, new RunWrite.Delete(BridgeKeys.Probe(host, probe))], token).ConfigureAwait(false);
    }

    private RunWrite.Check Unchanged => new(BridgeKeys.Migration, run.Index);

    private IEnumerable<RunWrite> Writes(RunAction action) => action switch
    {
        RunAction.Move move => [new RunWrite.Put(BridgeKeys.Migration, BridgeRecords.Encode(move.Next), run.Index), .. Release(move.Next)],
        RunAction.Stage stage =>
        [
            Unchanged,
            new RunWrite.Put(BridgeKeys.RunStage(run.Record.Id, stage.Next.Stage), BridgeRecords.Encode(stage.Next), content.Stages.GetValueOrDefault(stage.Next.Stage)?.Index ?? 0),
        ],
        RunAction.Journal journal => [Unchanged, Entry(journal.Next)],
        RunAction.Ask ask => [Unchanged, Entry(ask.Next), new RunWrite.Put(BridgeKeys.HostTask(ask.Step.Host, ask.Step.Id), BridgeRecords.Encode(Task(ask.Step, ask.Next)), null)],
        RunAction.Watch watch => [Unchanged, new RunWrite.Put(BridgeKeys.Probe(watch.Host, watch.Task.Probe), BridgeRecords.Encode(watch.Task), null)],
        RunAction.Unwatch probe => [Unchanged, new RunWrite.Delete(BridgeKeys.Probe(probe.Host, probe.Probe))],
        _ => throw new InvalidOperationException($"No way to {action.GetType().Name}."),
    };

    /// <summary>Beyond the point of no return no engine works on the store any more: the redirects go with the same write.</summary>
    private IEnumerable<RunWrite> Release(RunRecord next) => next.IsOneWay && !run.Record.IsOneWay && takeover is { Record.Phase: TakeoverPhase.Committed }
        ? [new RunWrite.Put(BridgeKeys.Takeover, BridgeRecords.Encode(takeover.Record.In(TakeoverPhase.Released, view.Now, $"Released with the end of plan {next.Plan}.")), takeover.Index)]
        : [];

    private RunWrite.Put Entry(StepRecord next) =>
        new(BridgeKeys.RunStep(run.Record.Id, next.Step), BridgeRecords.Encode(next), content.Steps.GetValueOrDefault(next.Step)?.Index ?? 0);

    private HostTaskRecord Task(PlanStep step, StepRecord next) => new(
        next.Run, step.Id, next.Attempt, next.Undo, DryRun: false, StepContent.Of(view.Plan.Plan, step).ToText(), (int)step.Timeout.TotalSeconds, next.Begun);
}
