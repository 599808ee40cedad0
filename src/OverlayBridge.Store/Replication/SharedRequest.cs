namespace OverlayBridge.Store.Replication;

/// <summary>
/// One request for all who want the same at the same time. Whoever comes while one is under way gets the answer of the next, which begins
/// after they came: an answer is never older than its question.
/// </summary>
internal sealed class SharedRequest<T>(Func<Task<T>> send)
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private Task<T>? _next;
    private int _waiting;
    private int _served;

    public Task<T> SendAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _waiting++;
            return (_next ??= SendAfterAsync(_running)).WaitAsync(cancellationToken);
        }
    }

    private async Task<T> SendAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await Gathering.WaitAsync(() => Volatile.Read(ref _waiting), Volatile.Read(ref _served)).ConfigureAwait(false);
        lock (_gate)
        {
            (_running, _next) = (_next!, null);
            (_served, _waiting) = (_waiting, 0);
        }
        return await send().ConfigureAwait(false);
    }
}
