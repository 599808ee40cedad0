using System.Runtime.CompilerServices;

namespace OverlayBridge.Sources.Consul;

/// <summary>How a watch waits.</summary>
/// <param name="Wait">How long the server may hold one query; also the longest time until a silent break of the network is suspected.</param>
/// <param name="FirstRetry">Pause after a first failure; it doubles with each further one.</param>
/// <param name="LongestRetry">Longest pause.</param>
public sealed record WatchOptions(TimeSpan Wait, TimeSpan FirstRetry, TimeSpan LongestRetry)
{
    public static WatchOptions Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What to wait for after each failure in place of the pauses that double; null for these.</summary>
    public Func<SourceException, CancellationToken, Task>? Pause { get; init; }

    /// <summary>The pause after so many failures in a row, 1 or more.</summary>
    public TimeSpan RetryAfter(int failures)
    {
        var pause = FirstRetry * Math.Pow(2, Math.Min(failures, MostDoublings) - 1);
        return pause < LongestRetry ? pause : LongestRetry;
    }

    private const int MostDoublings = 16;
}

/// <summary>
/// Follows a key, a prefix or the sessions by blocking queries, as long as it is enumerated: reconnects, and tells when the
/// index went back (spec consul-http.md, "Index rules").
/// </summary>
public static class BlockingWatch
{
    /// <summary>Pause after an answer that came at once with an unchanged index: a server that does not hold queries must not make us spin.</summary>
    private static readonly TimeSpan UnchangedPause = TimeSpan.FromMilliseconds(250);

    /// <param name="read">One read, e.g. <c>(options, token) => client.ListAsync("docker/", options, token)</c>.</param>
    public static async IAsyncEnumerable<WatchEvent<T>> RunAsync<T>(
        Func<ReadOptions, CancellationToken, ValueTask<Indexed<T>>> read,
        WatchOptions options,
        [EnumeratorCancellation] CancellationToken token)
    {
        ulong index = 0;
        var failures = 0;
        while (true)
        {
            token.ThrowIfCancellationRequested();
            var begun = options.Time.GetTimestamp();
            var (answer, error) = await TryAsync(read, new(Index: index, Wait: options.Wait), token).ConfigureAwait(false);
            if (error is not null)
            {
                (index, failures) = (0, failures + 1);
                yield return new WatchEvent<T>.Fault(error);
                await (options.Pause is { } pause ? pause(error, token) : Task.Delay(options.RetryAfter(failures), options.Time, token)).ConfigureAwait(false);
                continue;
            }
            yield return new WatchEvent<T>.Answer(answer, WentBack: answer.Index < index);
            if (answer.Index == index && options.Time.GetElapsedTime(begun) < UnchangedPause)
                await Task.Delay(UnchangedPause, options.Time, token).ConfigureAwait(false);
            (index, failures) = (answer.Index, 0);
        }
    }

    private static async ValueTask<(Indexed<T> Answer, SourceException? Error)> TryAsync<T>(
        Func<ReadOptions, CancellationToken, ValueTask<Indexed<T>>> read, ReadOptions options, CancellationToken token)
    {
        try
        {
            return (await read(options, token).ConfigureAwait(false), null);
        }
        catch (SourceException error)
        {
            return (default, error);
        }
    }
}
