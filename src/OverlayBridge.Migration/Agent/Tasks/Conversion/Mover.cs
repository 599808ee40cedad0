using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Looks, decides, moves, and looks again, until nothing is left to be done. The same for the real host and for a dry run.</summary>
internal static class Mover
{
    /// <summary>A move that does not take is tried again, and no more often than this.</summary>
    private const int MostTries = 3;

    /// <param name="decide"><see cref="ConversionDecision.Forward"/> or <see cref="ConversionDecision.Backward"/>.</param>
    /// <returns>How the host stands at the end.</returns>
    /// <exception cref="StepException">A move failed, or does not take.</exception>
    public static async Task<HostSituation> RunAsync(
        IConversionEdge edge, Func<HostSituation, ConversionNotes?, ConversionGoal, HostMove?> decide, ConversionGoal goal, StepRun run, CancellationToken token)
    {
        var tries = new Dictionary<HostMove, int>();
        while (true)
        {
            token.ThrowIfCancellationRequested();
            var now = await LookAsync(edge, goal, run, token);
            if (decide(now, edge.Notes, goal) is not { } move)
                return now;
            tries[move] = tries.GetValueOrDefault(move) + 1;
            if (tries[move] > MostTries)
                throw new StepException(
                    $"It does not take: '{move.Words}' was done {MostTries} times, and the host still is not so.",
                    "Look at the engine's log and at what else changes this host, then repeat the step.");
            if (move is HostMove.AwaitStore)
                run.Acting(move.Words);
            else
                run.Change(move.Words);
            try
            {
                await edge.DoAsync(move, now, goal, token);
            }
            catch (EngineException e) when (tries[move] < MostTries)
            {
                // Engines of 20.10 fail at random ("network is unreachable"), and any engine may be killed: what comes next is seen by looking again.
                run.Acting($"{move.Words}: to be tried again, for it failed: {e.Cause}");
                await edge.PauseAsync(token);
            }
        }
    }

    /// <summary>An engine that dies while it is asked is looked for again.</summary>
    private static async Task<HostSituation> LookAsync(IConversionEdge edge, ConversionGoal goal, StepRun run, CancellationToken token)
    {
        for (var tries = 1; ; tries++)
            try
            {
                return await edge.LookAsync(goal, token);
            }
            catch (EngineException e) when (tries < MostTries)
            {
                run.Acting($"Looking again at the engine, for it did not tell how it stands: {e.Cause}");
                await edge.PauseAsync(token);
            }
    }
}
