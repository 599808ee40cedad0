using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>
/// Connects to one of several addresses as clients do (RFC 8305 §5): the first of the list, the next when that fails or has not come about after 250 ms, and
/// so on; the first connection that stands is taken. So a service with replicas is there as long as one of them is.
/// </summary>
internal static class StaggeredConnect
{
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <param name="addresses">At least one.</param>
    /// <param name="connect">Opens a connection; disposes of what it has begun when it is cancelled.</param>
    /// <exception cref="Exception">What <paramref name="connect"/> threw for the address that was tried last, when none answered.</exception>
    public static async Task<T> AnyAsync<T>(ImmutableArray<IPAddress> addresses, Func<IPAddress, CancellationToken, Task<T>> connect, TimeProvider time, CancellationToken token)
        where T : IDisposable
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(token);
        var running = new List<Task<T>>();
        try
        {
            for (var next = 0; ; next++)
            {
                if (next < addresses.Length)
                    running.Add(connect(addresses[next], rest.Token));
                var pause = next + 1 < addresses.Length ? Task.Delay(Stagger, time, token) : Task.Delay(Timeout.InfiniteTimeSpan, token);
                while (await Task.WhenAny([.. running, pause]) is Task<T> ended)
                {
                    running.Remove(ended);
                    if (ended.IsCompletedSuccessfully)
                        return await ended;
                    if (next + 1 < addresses.Length)
                        break;
                    if (running.Count == 0)
                        return await ended;
                }
                token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await rest.CancelAsync();
            foreach (var late in running)
                _ = late.ContinueWith(static task => { if (task.IsCompletedSuccessfully) task.Result.Dispose(); else _ = task.Exception; }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
