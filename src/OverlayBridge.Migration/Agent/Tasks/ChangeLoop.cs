using OverlayBridge.Engines;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>One change on the way to a goal, or back. Equal ones are the same change, done once more. Done again it changes nothing more.</summary>
internal interface IChange
{
    /// <summary>What is changed, for people, in the words of an order.</summary>
    string Words { get; }

    /// <summary>Nothing is changed, only waited for.</summary>
    bool IsWait => false;

    /// <summary>Where it does not take it is tried again, and no more often than this.</summary>
    int MostTries => 3;
}

/// <summary>What a step looks at and changes: hosts and the store; a dry run has one that only writes down.</summary>
/// <typeparam name="TSituation">How it stands.</typeparam>
/// <typeparam name="TChange">What may be done to it.</typeparam>
internal interface IChangeEdge<TSituation, TChange>
    where TChange : class, IChange
{
    /// <exception cref="StepException">How it stands cannot be told.</exception>
    Task<TSituation> LookAsync(CancellationToken token);

    /// <summary>Makes one change, to its end. An interrupted one leaves nothing that the next look does not see.</summary>
    /// <exception cref="StepException">It failed.</exception>
    Task DoAsync(TChange change, TSituation now, StepRun run, CancellationToken token);

    /// <summary>Before something is tried again.</summary>
    Task PauseAsync(CancellationToken token);
}

/// <summary>Looks, decides, changes, and looks again, until nothing is left to be done. The same for whatever is changed, in earnest or in a dry run.</summary>
internal static class ChangeLoop
{
    private const int MostLooks = 3;

    /// <param name="decide">What is next; null: nothing.</param>
    /// <param name="remedy">What to do when a change does not take.</param>
    /// <exception cref="StepException">A change failed, or does not take.</exception>
    public static async Task RunAsync<TSituation, TChange>(
        IChangeEdge<TSituation, TChange> edge, Func<TSituation, TChange?> decide, string remedy, StepRun run, CancellationToken token)
        where TChange : class, IChange
    {
        var tries = new Dictionary<TChange, int>();
        while (true)
        {
            token.ThrowIfCancellationRequested();
            var now = await LookAsync(edge, run, token);
            if (decide(now) is not { } change)
                return;
            var times = tries.GetValueOrDefault(change) + 1;
            if (times > change.MostTries)
                throw new StepException($"It does not take: '{change.Words}' was done {change.MostTries} times, and it still is not so.", remedy);
            if (change.IsWait)
                run.Acting(change.Words);
            else
                run.Change(change.Words);
            if (await TryAsync(edge, change, now, isLast: times == change.MostTries, run, token))
                tries[change] = times;
        }
    }

    /// <summary>
    /// Engines of 20.10 fail at random ("network is unreachable"), and any engine may be killed; so may the control node that leads, and what it had been told to write is written or not. What
    /// comes next is seen by looking again.
    /// </summary>
    /// <param name="isLast">An engine's failure is not borne any more.</param>
    /// <returns>False: it is not counted as a try, for the store failed; how often that is borne <see cref="PassingFailures"/> says.</returns>
    private static async Task<bool> TryAsync<TSituation, TChange>(
        IChangeEdge<TSituation, TChange> edge, TChange change, TSituation now, bool isLast, StepRun run, CancellationToken token)
        where TChange : class, IChange
    {
        (bool IsTry, string Cause) failed;
        try
        {
            await edge.DoAsync(change, now, run, token);
            if (!change.IsWait)
                run.Passing.Progressed();
            return true;
        }
        catch (EngineException e) when (!isLast)
        {
            failed = (true, e.Cause);
        }
        catch (SourceException e) when (run.Passing.Meet(e) is not null)
        {
            failed = (false, e.Cause);
        }
        run.Acting($"{change.Words}: to be tried again, for it failed: {failed.Cause}");
        await edge.PauseAsync(token);
        return failed.IsTry;
    }

    /// <inheritdoc cref="LookAsync{TSituation, TChange}(IChangeEdge{TSituation, TChange}, Func{CancellationToken, Task{TSituation}}, StepRun, CancellationToken)"/>
    public static Task<TSituation> LookAsync<TSituation, TChange>(IChangeEdge<TSituation, TChange> edge, StepRun run, CancellationToken token)
        where TChange : class, IChange => LookAsync(edge, edge.LookAsync, run, token);

    /// <summary>An engine that dies while it is asked is looked for again.</summary>
    /// <param name="look">At what matters here.</param>
    /// <exception cref="EngineException">It did not tell at any try.</exception>
    public static async Task<TSituation> LookAsync<TSituation, TChange>(
        IChangeEdge<TSituation, TChange> edge, Func<CancellationToken, Task<TSituation>> look, StepRun run, CancellationToken token)
        where TChange : class, IChange
    {
        for (var tries = 1; ; tries++)
            try
            {
                return await look(token);
            }
            catch (EngineException e) when (tries < MostLooks || run.Passing.Meet(e) is not null)
            {
                run.Acting($"Looking again at the engine, for it did not tell how it stands: {e.Cause}");
                await edge.PauseAsync(token);
            }
    }
}
