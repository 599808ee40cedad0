using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Overlay.Runs;

/// <summary>
/// Which hosts may begin a step now, in either direction: not more at once than the plan's limit, none whose agent is not heard of, none that would
/// take more of a replica set away than is allowed.
/// </summary>
internal sealed class HostTurn
{
    private readonly RunView view;
    private readonly bool undo;
    private readonly HashSet<string> busy;

    /// <summary>Members of replica sets that go away, or are away, by what hosts are at.</summary>
    private readonly HashSet<string> taken;

    private readonly ImmutableArray<RunAction>.Builder actions = ImmutableArray.CreateBuilder<RunAction>();
    private readonly ImmutableArray<string>.Builder waits = ImmutableArray.CreateBuilder<string>();

    public HostTurn(RunView view, bool undo)
    {
        (this.view, this.undo) = (view, undo);
        busy = view.UnderWay.Select(step => view.Plan.Step(step.Step)!.Host).ToHashSet(StringComparer.Ordinal);
        taken = view.UnderWay.SelectMany(step => view.Plan.Affected(view.Plan.Step(step.Step)!, view.Steps)).ToHashSet(StringComparer.Ordinal);
        IsIdle = busy.Count == 0;
        waits.AddRange(RunDecisions.UnderWay(view));
    }

    /// <summary>No host was at work when it was looked.</summary>
    public bool IsIdle { get; }

    public ImmutableArray<string> Waits => waits.ToImmutable();

    public ImmutableArray<RunAction> Actions => actions.ToImmutable();

    /// <summary>A set that this host alone would take too much of: no wait helps. Null when there is none.</summary>
    public string? Impossible { get; private set; }

    public bool IsBusy(string host) => busy.Contains(host);

    /// <summary>Something else keeps a step.</summary>
    public void Wait(string why) => waits.Add(why);

    /// <summary>The run's record says first that there is no way back: a rollback that is asked for at the same moment then finds it changed.</summary>
    public void CrossOver() => actions.Add(new RunAction.Move(view.Run with { IsOneWay = true }));

    public void Settle(RunAction.Journal action) => actions.Add(action);

    /// <summary>Asks for the step, or notes what keeps it.</summary>
    public void Offer(PlanStep step)
    {
        if (!view.IsHeard(step.Host))
            waits.Add($"{step.Host}: its agent is not heard of ({(undo ? "undo of " : "")}{step.Id} is next)");
        else if (step.Kind != StepKind.CheckStore && busy.Count >= view.Plan.Plan.Limits.Parallel)
            return; // waits for those under way, which are named
        else if (Shortage(step) is { } shortage)
            waits.Add($"{step.Host}: {shortage}");
        else
        {
            busy.Add(step.Host);
            taken.UnionWith(view.Plan.Affected(step, view.Steps));
            actions.Add(RunDecisions.Ask(view, step, undo));
        }
    }

    /// <summary>Which replica set would lose too many if this step began now; null when none.</summary>
    private string? Shortage(PlanStep step)
    {
        var affected = view.Plan.Affected(step, view.Steps);
        foreach (var (set, members) in affected.IsEmpty ? [] : view.Plan.SetsOf(step.Host))
        {
            var goes = members.Where(affected.Contains).ToList();
            var up = goes.Count(member => !view.Away.ContainsKey(member));
            if (up == 0)
                continue; // nothing more is lost, and it may be just this that brings them back
            var allowed = view.Plan.Allowed(set);
            if (up > allowed)
                return Impossible = $"replica set {set.Name} may lose {allowed} of {set.Members.Length}, and {up} of it run on {step.Host}";
            var away = AwayBeside(set, goes);
            if (away.Count + goes.Count > allowed)
                return $"replica set {set.Name} may lose {allowed} of {set.Members.Length}, and away are {string.Join(", ", away.Take(3))}{(away.Count > 3 ? " and more" : "")}";
        }
        return null;
    }

    private List<string> AwayBeside(ReplicaSet set, List<string> goes) =>
    [
        .. from member in view.Plan.Running.First(one => one.Set.Name == set.Name).Members
           where !goes.Contains(member)
           let why = taken.Contains(member) ? "at work" : view.Away.GetValueOrDefault(member)
           where why is not null
           select $"{member} ({why})",
    ];
}
