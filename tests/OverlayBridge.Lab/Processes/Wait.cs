namespace OverlayBridge.Lab.Processes;

/// <summary>Waits for a condition, and says what it waited for when it did not come true.</summary>
public static class Wait
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <exception cref="LabException">It did not come true within the limit.</exception>
    public static Task UntilAsync(
        Func<Task<bool>> condition, TimeSpan limit, string what, CancellationToken cancellationToken) =>
        ForAsync(async () => await condition().ConfigureAwait(false) ? string.Empty : null, limit, what, cancellationToken);

    /// <exception cref="LabException">It did not come true within the limit.</exception>
    public static Task UntilAsync(Func<bool> condition, TimeSpan limit, string what, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(condition()), limit, what, cancellationToken);

    /// <summary>Repeats a command until it succeeds; gives its output.</summary>
    /// <exception cref="LabException">It did not within the limit; its last message is in the error.</exception>
    public static async Task<string> UntilSuccessAsync(
        Func<Task<ExecResult>> command, TimeSpan limit, string what, CancellationToken cancellationToken)
    {
        var last = string.Empty;
        return await LoopAsync(
            async () =>
            {
                var result = await command().ConfigureAwait(false);
                last = $", at last: {result.Error.Trim()}";
                return result.ExitCode == 0 ? result.Success() : null;
            },
            limit, what, () => last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first value that is not null.</summary>
    /// <exception cref="LabException">None came within the limit.</exception>
    public static Task<T> ForAsync<T>(Func<Task<T?>> value, TimeSpan limit, string what, CancellationToken cancellationToken)
        where T : class => LoopAsync(value, limit, what, () => string.Empty, cancellationToken);

    private static async Task<T> LoopAsync<T>(
        Func<Task<T?>> value, TimeSpan limit, string what, Func<string> seen, CancellationToken cancellationToken)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await value().ConfigureAwait(false) is { } found)
                return found;
            if (TimeProvider.System.GetElapsedTime(started) > limit)
            {
                throw new LabException(
                    $"{what}: did not happen", $"waited {limit.TotalSeconds:0} s{seen()}", "look at the logs in the lab's folder");
            }

            await Task.Delay(Step, cancellationToken).ConfigureAwait(false);
        }
    }
}
