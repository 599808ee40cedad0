namespace OverlayBridge.Lab.Processes;

/// <summary>Waits for a condition, and says what it waited for when it did not come true.</summary>
public static class Wait
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(
        Func<Task<bool>> condition, TimeSpan limit, string what, CancellationToken cancellationToken) =>
        ForAsync(async () => await condition().ConfigureAwait(false) ? string.Empty : null, limit, what, cancellationToken);

    public static Task UntilAsync(Func<bool> condition, TimeSpan limit, string what, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(condition()), limit, what, cancellationToken);

    /// <summary>The first value that is not null.</summary>
    /// <exception cref="LabException">None came within the limit.</exception>
    public static async Task<T> ForAsync<T>(
        Func<Task<T?>> value, TimeSpan limit, string what, CancellationToken cancellationToken)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await value().ConfigureAwait(false) is { } found)
                return found;
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                throw new LabException($"{what}: did not happen", $"waited {limit.TotalSeconds:0} s", "look at the logs in the lab's folder");
            await Task.Delay(Step, cancellationToken).ConfigureAwait(false);
        }
    }
}
