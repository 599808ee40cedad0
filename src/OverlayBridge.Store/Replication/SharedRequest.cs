namespace OverlayBridge.Store.Replication;

/// <summary>
/// One request for all who want the same at the same time. Whoever comes while one is under way gets the answer of the next, which begins
/// after they came: an answer is never older than its question.
/// </summary>
internal sealed class SharedRequest<T>(Func<Task<T>> send, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Gathering _gathering = new(int.MaxValue, time);
    private Task _running = Task.CompletedTask;
    private Task<T>? _next;
    private int _waiting;

    public Task<T> SendAsync(CancellationToken cancellationToken)
    {
        Task<T> next;
        lock (_gate)
        {
            _waiting++;
            next = _next ??= SendAfterAsync(_running);
        }
        _gathering.Come();
        return next.WaitAsync(cancellationToken);
    }

    private async Task<T> SendAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await _gathering.WaitAsync().ConfigureAwait(false);
        lock (_gate)
        {
            (_running, _next) = (_next!, null);
            _gathering.Begin(_waiting);
            _waiting = 0;
        }
        try
        {
            return await send().ConfigureAwait(false);
        }
        finally
        {
            _gathering.End();
        }
    }
}
