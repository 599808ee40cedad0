using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>Both hosts of a move and the store; a dry run has one that only writes down.</summary>
internal interface IMoveEdge
{
    /// <summary>Null while the container is neither moved nor on the way.</summary>
    MovedContainer? Notes { get; }

    Task<MoveSituation> LookAsync(CancellationToken token);

    /// <summary>Makes one change, to its end. An interrupted one leaves nothing that the next look does not see.</summary>
    /// <exception cref="StepException">It failed.</exception>
    Task DoAsync(ContainerMove move, MoveSituation now, StepRun run, CancellationToken token);

    /// <summary>Before something is tried again.</summary>
    Task PauseAsync(CancellationToken token);
}

/// <summary>Looks, decides, moves, and looks again, until nothing is left to be done. The same for the real hosts and for a dry run.</summary>
internal static class MoveLoop
{
    /// <summary>A change that does not take is tried again, and no more often than this.</summary>
    private const int MostTries = 3;

    /// <param name="decide"><see cref="MoveDecision.Forward"/> or <see cref="MoveDecision.Backward"/>.</param>
    /// <exception cref="StepException">A change failed, or does not take.</exception>
    public static async Task RunAsync(
        IMoveEdge edge, Func<MoveSituation, MovedContainer?, MoveGoal, ContainerMove?> decide, MoveGoal goal, StepRun run, CancellationToken token)
    {
        var tries = new Dictionary<ContainerMove, int>();
        while (true)
        {
            token.ThrowIfCancellationRequested();
            var now = await edge.LookAsync(token);
            if (decide(now, edge.Notes, goal) is not { } move)
                return;
            tries[move] = tries.GetValueOrDefault(move) + 1;
            if (tries[move] > MostTries)
                throw new StepException(
                    $"It does not take: '{move.Words}' was done {MostTries} times, and it still is not so.",
                    $"Look at the log of {goal.Name} and of the engines on {goal.Host} and {goal.Target}, then repeat the step, or go back.");
            run.Change(move.Words);
            try
            {
                await edge.DoAsync(move, now, run, token);
            }
            catch (EngineException e) when (tries[move] < MostTries)
            {
                // Engines of 20.10 fail at random ("network is unreachable"): what comes next is seen by looking again.
                run.Acting($"{move.Words}: to be tried again, for it failed: {e.Cause}");
                await edge.PauseAsync(token);
            }
        }
    }
}
