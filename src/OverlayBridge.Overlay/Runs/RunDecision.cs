using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs;

/// <summary>What the executor does next, and what it says about it.</summary>
/// <param name="Actions">In order; each is made only if the run's record, and the record that it replaces, are those that were looked at.</param>
/// <param name="Doing">For people.</param>
/// <param name="WaitsFor">What is waited for, each with what keeps it.</param>
public sealed record RunDecision(ImmutableArray<RunAction> Actions, string Doing, ImmutableArray<string> WaitsFor)
{
    public static RunDecision Do(string doing, params ImmutableArray<RunAction> actions) => new(actions, doing, []);

    public static RunDecision Wait(string doing, params ImmutableArray<string> waitsFor) => new([], doing, waitsFor);
}

/// <summary>One write of the executor.</summary>
public abstract record RunAction
{
    private RunAction()
    {
    }

    /// <summary>Ask a host: the journal's entry and the host's task in one.</summary>
    public sealed record Ask(PlanStep Step, StepRecord Next) : RunAction;

    /// <summary>Note in the journal what became of a step.</summary>
    public sealed record Journal(PlanStep Step, StepRecord Next) : RunAction;

    public sealed record Stage(StageRecord Next) : RunAction;

    public sealed record Move(RunRecord Next) : RunAction;

    /// <summary>Have a host probe.</summary>
    public sealed record Watch(string Host, ProbeTaskRecord Task) : RunAction;

    /// <summary>Have it probe no longer.</summary>
    public sealed record Unwatch(string Host, string Probe) : RunAction;
}
