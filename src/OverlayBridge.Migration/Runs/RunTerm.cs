using Microsoft.Extensions.Logging;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Runs;

/// <summary>
/// The executor while one node leads: takes the run up by writing itself into it, then looks, decides by <see cref="RunDecisions"/>, writes. What it remembers
/// beyond the store are conveniences.
/// </summary>
internal sealed partial class RunTerm(IRunStore store, ExecutorOptions options, TimeProvider time, ILogger logger)
{
    private readonly RunRecords records = new(store.Client);
    private readonly TakeoverRecords takeovers = new(store.Client);
    private readonly FleetRecords fleet = new(store.Client, options, time, message => LogUnreadable(logger, message));

    /// <summary>The run and term that this node has taken up.</summary>
    private (string Run, int Term)? taken;
    private (string Digest, RunPlan Plan)? plan;
    private RunRecord? last;
    private (RunProgress Progress, long At)? noted;

    /// <summary>One look and what follows from it. Gives the pause until the next.</summary>
    /// <exception cref="SourceException">This node's store does not answer.</exception>
    public async ValueTask<TimeSpan> StepAsync(CancellationToken token)
    {
        if (await records.RunAsync(token).ConfigureAwait(false) is not { } run)
            return options.Idle;
        var content = await records.ContentAsync(run.Record.Id, token).ConfigureAwait(false);
        var look = await fleet.LookAsync(run.Record.Id, token).ConfigureAwait(false);
        var view = look.View(run.Record, PlanOf(run.Record, content), content, time.GetUtcNow());
        var writer = new RunWriter(store, run, content, view, await takeovers.TakeoverAsync(token).ConfigureAwait(false));
        if (run.Record.State is RunState.RolledBack or RunState.Retired)
        {
            await writer.CleanAsync(look, token).ConfigureAwait(false);
            return options.Idle;
        }
        if (taken != (run.Record.Id, run.Record.Term))
        {
            await TakeUpAsync(writer, view, token).ConfigureAwait(false);
            return TimeSpan.Zero;
        }
        if (last is { } before && before.State != run.Record.State)
            await writer.TellAsync(new RunEvent(0, view.Now, run.Record.Id, run.Record.Plan, $"run-{RunRequests.Word(run.Record.State)}", "", "", "", run.Record.Note), token).ConfigureAwait(false);
        last = run.Record;
        var decision = RunDecisions.Next(view);
        await CarryOutAsync(writer, decision, token).ConfigureAwait(false);
        await NoteAsync(run.Record, decision, token).ConfigureAwait(false);
        return !decision.Actions.IsEmpty ? TimeSpan.Zero : run.Record.State == RunState.Done ? options.Idle : options.Busy;
    }

    private RunPlan PlanOf(RunRecord run, RunContent content)
    {
        if (plan is not { } known || known.Digest != run.Digest)
            plan = known = (run.Digest, new RunPlan(RunRecords.PlanOf(run, content)));
        return known.Plan;
    }

    private async ValueTask TakeUpAsync(RunWriter writer, RunView view, CancellationToken token)
    {
        var next = view.Run with { Executor = options.NodeName, Term = view.Run.Term + 1 };
        if (!await writer.ApplyAsync(new RunAction.Move(next), token).ConfigureAwait(false))
            return;
        (taken, last) = ((next.Id, next.Term), next);
        LogTaken(logger, next.Plan, next.Term, RunRequests.Word(next.State));
    }

    private async ValueTask CarryOutAsync(RunWriter writer, RunDecision decision, CancellationToken token)
    {
        foreach (var action in decision.Actions)
        {
            if (!await writer.ApplyAsync(action, token).ConfigureAwait(false))
                return; // something was changed meanwhile: it is looked at anew
            if (RunStory.Of(writer.View, action) is { } told)
                LogEvent(logger, told.Plan, told.Text);
            if (action is RunAction.Move move)
                last = move.Next;
        }
    }

    /// <summary>When it changed, and now and then although it did not.</summary>
    private async ValueTask NoteAsync(RunRecord run, RunDecision decision, CancellationToken token)
    {
        var progress = new RunProgress(run.Id, options.NodeName, time.GetUtcNow(), decision.Doing, [.. decision.WaitsFor.Take(50)]);
        if (noted is { } known && (known.Progress with { At = progress.At }).Equals(progress) && time.GetElapsedTime(known.At) < options.ProgressEvery)
            return;
        await store.Client.PutAsync(BridgeKeys.RunProgress(run.Id), BridgeRecords.Encode(progress), default, token).ConfigureAwait(false);
        noted = (progress, time.GetTimestamp());
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run of {Plan}: taken up in term {Term}, it is {State}")]
    private static partial void LogTaken(ILogger logger, string plan, int term, string state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run of {Plan}: {Text}")]
    private static partial void LogEvent(ILogger logger, string plan, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A host's record cannot be read and counts as missing: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);
}
