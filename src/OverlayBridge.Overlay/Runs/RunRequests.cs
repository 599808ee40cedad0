using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>What an operator's word makes of a run, or why it is refused. Pure; the record is then changed by compare-and-set.</summary>
/// <param name="journal">By step, as it was read before the record.</param>
/// <param name="stages">By name, as they were read before the record.</param>
public sealed class RunRequests(
    RunRecord run, RunPlan plan, ImmutableDictionary<string, StepRecord> journal, ImmutableDictionary<string, StageRecord> stages, string by, DateTimeOffset now)
{
    /// <summary>Operators may leave out so much; more is another plan.</summary>
    private const int MaxSkips = 500;

    public RunAnswer Pause() => run.State switch
    {
        RunState.Paused => RunAnswer.Same(run),
        RunState.Running or RunState.RollingBack => new(run.In(RunState.Paused, now, $"Paused by {by}.", "'migrate resume' goes on."), null),
        _ => Refuse($"The run of {run.Plan} is not under way.", $"It is {Word(run.State)} since {run.StateSince:u}.", "Look at 'overlaybridge migrate status'."),
    };

    public RunAnswer Resume() => run.State switch
    {
        RunState.Running or RunState.RollingBack => RunAnswer.Same(run),
        RunState.Paused when run.Rollback is null && OnlyRetireIsLeft && run.Retire is null => Refuse(
            "What is left of the plan is one-way.", "After it the bridge is gone, and there is no way back.", $"Type the plan's name: 'overlaybridge migrate retire {run.Plan}'."),
        RunState.Paused => new(Again(run.Rollback is null ? RunState.Running : RunState.RollingBack), null),
        _ => Refuse($"The run of {run.Plan} cannot go on.", $"It is {Word(run.State)} since {run.StateSince:u}.", "Start another one with 'overlaybridge migrate start PLAN'."),
    };

    public RunAnswer Skip(string what, string reason)
    {
        if (Over() is { } over)
            return over;
        if (plan.Step(what) is null && !IsGate(what))
            return Refuse($"'{what}' is neither a step nor a gate of plan {run.Plan}.", "Steps are called as in 'migrate status', gates STAGE/GATE.", "Look at 'overlaybridge migrate status'.");
        if (run.Skips.Any(skip => skip.What == what))
            return RunAnswer.Same(run);
        if (plan.Step(what)?.Kind == StepKind.Retire)
            return Refuse("The last step cannot be left out.", "Whether the bridge is gone must be known.", "Pause the run instead, and 'migrate resume' when the cause is mended.");
        if (journal.GetValueOrDefault(what) is { IsUnderWay: true })
            return Refuse($"{what} is under way.", "What a host is at cannot be left out.", "Wait for its end ('overlaybridge migrate status --watch'), then repeat the command if it failed.");
        if (run.Rollback is null && journal.GetValueOrDefault(what) is { State: StepState.Done })
            return Refuse($"{what} is done.", "There is nothing to leave out.", "To take it back: 'overlaybridge migrate rollback'.");
        return run.Skips.Length >= MaxSkips
            ? Refuse("Too much is left out already.", $"A run takes {MaxSkips} of it.", "Make a plan that does without these steps.")
            : new(run with { Skips = run.Skips.Add(new RunSkip(what, reason, by, now)) }, null);
    }

    public RunAnswer Approve(string stage)
    {
        if (Over() is { } over)
            return over;
        if (plan.Stage(stage) is not { } known)
            return Refuse($"Plan {run.Plan} has no stage '{stage}'.", $"Its stages are {string.Join(", ", plan.Stages.Select(static one => one.Name))}.", "Give one of these.");
        if (!known.Stage.Gates.OfType<Gate.Approval>().Any())
            return Refuse($"Stage {stage} waits for nobody's approval.", "The plan gives it no approval gate.", "Nothing is to be done.");
        return run.Approvals.Any(approval => approval.Stage == stage)
            ? RunAnswer.Same(run)
            : new(run with { Approvals = run.Approvals.Add(new RunApproval(stage, by, now)) }, null);
    }

    /// <param name="to">The stage that stays; null for none.</param>
    public RunAnswer Rollback(string? to)
    {
        if (run.IsOneWay || run.State == RunState.Retired)
            return Refuse($"The run of {run.Plan} cannot go back.", "Its one-way end was begun: the bridge that a way back needs is gone, or going.", "'overlaybridge migrate status' shows how far it is.");
        if (run.State == RunState.RolledBack)
            return RunAnswer.Same(run);
        var known = to is null ? null : plan.Stage(to);
        if (to is not null && known is null)
            return Refuse($"Plan {run.Plan} has no stage '{to}'.", $"Its stages are {string.Join(", ", plan.Stages.Select(static one => one.Name))}.", "Give one of these, or leave --to out to go back to the beginning.");
        if (known is not null && stages.GetValueOrDefault(known.Name)?.State != StageState.Done)
            return Refuse($"Stage {to} is not done.", "The way back ends after a stage that stays done.", "Give an earlier stage, or leave --to out to go back to the beginning.");
        if (run.Rollback is { } now1 && Number(now1.To) < (known?.Number ?? -1))
            return Refuse($"The run is on its way back further than {to} already.", "Stages after it are undone, or being undone.", "Let it come to its end, then 'migrate resume' goes forward again.");
        return new(
            Again(RunState.RollingBack) with
            {
                Rollback = new RunRollback(to ?? "", by, now),
                Note = to is null ? $"Going back to the beginning, by {by}." : $"Going back to stage {to}, by {by}.",
                Retire = null,
                Skips = [],
                Approvals = [.. run.Approvals.Where(approval => Number(approval.Stage) <= (known?.Number ?? -1))],
            },
            null);
    }

    /// <param name="name">As it was typed.</param>
    public RunAnswer Retire(string name)
    {
        if (Over() is { } over)
            return over;
        if (name != run.Plan)
            return Refuse($"The run is not that of plan '{name}'.", $"It is that of plan '{run.Plan}', and its end is one-way.", $"If that is meant: 'overlaybridge migrate retire {run.Plan}'.");
        if (run.Retire is not null)
            return RunAnswer.Same(run);
        if (!plan.Stages.Any(static stage => stage.Stage.Kind == StageKind.Retire))
            return Refuse($"Plan {run.Plan} does not retire the bridge.", "It has no stage of kind retire.", "Make a plan that has one, once every host is converted.");
        if (run.Rollback is not null || !OnlyRetireIsLeft)
            return Refuse("It is too early to retire the bridge.", $"Not done yet: {string.Join(", ", Undone.Where(static stage => stage.Stage.Kind != StageKind.Retire).Select(static stage => stage.Name))}.", "Repeat the command when all other stages are done.");
        return new(Again(RunState.Running) with { Retire = new RunApproval(Undone.First().Name, by, now), Note = $"{by} typed the plan's name." }, null);
    }

    private IEnumerable<RunStage> Undone => plan.Stages.Where(stage => stages.GetValueOrDefault(stage.Name)?.State != StageState.Done);

    private bool OnlyRetireIsLeft => Undone.Any() && Undone.All(static stage => stage.Stage.Kind == StageKind.Retire);

    private RunRecord Again(RunState state) => run.In(state, now, state == RunState.Running ? $"Resumed by {by}." : $"The way back was resumed by {by}.") with { Generation = run.Generation + 1 };

    private int Number(string stage) => plan.Stage(stage)?.Number ?? -1;

    private bool IsGate(string what) => what.Split('/') is [var stage, var gate] && (plan.Stage(stage)?.Stage.Gates.Any(one => one.Name == gate) ?? false);

    private RunAnswer? Over() => run.State is RunState.RolledBack or RunState.Retired or RunState.Done
        ? Refuse($"The run of {run.Plan} is over.", $"It is {Word(run.State)} since {run.StateSince:u}.", run.State == RunState.Done ? "'overlaybridge migrate rollback' is the only thing left to do with it." : "Start another one with 'overlaybridge migrate start PLAN'.")
        : null;

    /// <summary>The state as it is written everywhere.</summary>
    public static string Word(RunState state) => state switch
    {
        RunState.RollingBack => "rolling-back",
        RunState.RolledBack => "rolled-back",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static RunAnswer Refuse(string what, string why, string remedy) => new(null, new(what, why, remedy));
}

/// <summary>What became of a request: a record to write, or a refusal.</summary>
/// <param name="Next">Null when it is refused; the record as it was when there is nothing to do.</param>
public sealed record RunAnswer(RunRecord? Next, RunRefusal? Refusal)
{
    internal static RunAnswer Same(RunRecord run) => new(run, null);
}

/// <summary>Three lines for people.</summary>
public sealed record RunRefusal(string What, string Why, string Remedy);
