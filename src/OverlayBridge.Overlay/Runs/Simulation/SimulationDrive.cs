using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Runs.Simulation;

/// <summary>Lets a model run go on until it is over, paused, or waits for something that only a person can do.</summary>
public static class SimulationDrive
{
    /// <summary>A window opens at least once a week.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(9);

    /// <summary>No gate waits for longer, but for a person.</summary>
    private static readonly TimeSpan LongestGate = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <param name="approves">Approval gates are opened as they are waited for.</param>
    /// <param name="stop">Ends it before a write is made; null to go on.</param>
    public static SimulationEnd Go(SimulatedRun from, bool approves, Func<SimulatedRun, RunAction, bool>? stop = null)
    {
        var longest = from.Plan.Stages.Any(static stage => stage.Stage.Window is not null) ? LongestWindow : LongestGate;
        var (run, pause, waited) = (from, TimeSpan.FromSeconds(1), TimeSpan.Zero);
        while (true)
        {
            var view = run.View();
            var decision = RunDecisions.Next(view);
            if (decision.Actions.IsEmpty)
            {
                if (run.Run.State is not (RunState.Running or RunState.RollingBack) && run.NextEnd is null || waited > longest)
                    return new(run, decision);
                if (approves && Approve(run) is { } approved)
                {
                    run = approved;
                    continue;
                }
                var to = run.NextEnd is { } end && end > run.Now && end - run.Now < pause ? end : run.Now + pause;
                (waited, pause) = (waited + (to - run.Now), pause * 2 < LongestPause ? pause * 2 : LongestPause);
                run = run.Advance(to);
                continue;
            }
            (pause, waited) = (TimeSpan.FromSeconds(1), TimeSpan.Zero);
            foreach (var action in decision.Actions)
            {
                if (stop?.Invoke(run, action) ?? false)
                    return new(run, decision);
                if (run.Apply(view, action) is not { } next)
                    break; // what follows was decided on a record that is no more
                run = next;
            }
        }
    }

    private static SimulatedRun? Approve(SimulatedRun run)
    {
        foreach (var stage in run.Plan.Stages)
            if (run.Stages.GetValueOrDefault(stage.Name) is { State: StageState.Begun, StepsEnded: not null } &&
                stage.Stage.Gates.OfType<Gate.Approval>().Any() && run.Run.Approvals.All(approval => approval.Stage != stage.Name))
                return run.Request(requests => requests.Approve(stage.Name)).Next;
        return null;
    }
}

/// <summary>Where a model run came to.</summary>
/// <param name="Last">What the executor decided last: it waits.</param>
public sealed record SimulationEnd(SimulatedRun Run, RunDecision Last);
