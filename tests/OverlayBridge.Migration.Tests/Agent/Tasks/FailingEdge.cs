namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>Has one thing to change, and fails in these ways, one at a try, before it does what it is told.</summary>
internal sealed class FailingEdge(Func<int, Exception?> failure) : IChangeEdge<bool, FailingEdge.Change>
{
    private bool isDone;

    public FailingEdge(params Exception[] failures)
        : this(tries => failures.ElementAtOrDefault(tries - 1))
    {
    }

    public int Tries { get; private set; }

    public int Pauses { get; private set; }

    public Task RunAsync(StepRun run, CancellationToken token) => ChangeLoop.RunAsync(this, static isDone => isDone ? null : new Change(), "", run, token);

    public Task<bool> LookAsync(CancellationToken token) => Task.FromResult(isDone);

    public Task DoAsync(Change change, bool now, StepRun run, CancellationToken token)
    {
        if (failure(++Tries) is { } failed)
            throw failed;
        isDone = true;
        return Task.CompletedTask;
    }

    public Task PauseAsync(CancellationToken token)
    {
        Pauses++;
        return Task.CompletedTask;
    }

    public sealed record Change : IChange
    {
        public string Words => "Write it down";
    }
}
