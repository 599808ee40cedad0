using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>What one loop does with the store, again and again. A store that is away it awaits with the others; what fails for itself alone it tries again ever less often.</summary>
internal sealed class StoreUse(string doing, StoreAbsence absence, TimeProvider time, ILogger log)
{
    private readonly Outage outage = new(doing, log);
    private bool foundAway;

    /// <summary>Follows what is read by blocking queries, until cancelled; gives the answers.</summary>
    public async IAsyncEnumerable<WatchEvent<T>.Answer> FollowAsync<T>(
        Func<ReadOptions, CancellationToken, ValueTask<Indexed<T>>> read, [EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var happened in BlockingWatch.RunAsync(read, WatchOptions.Default with { Time = time, Pause = PauseAsync }, token))
            if (happened is WatchEvent<T>.Answer answer)
            {
                Worked();
                yield return answer;
            }
    }

    /// <summary>To be called after each success.</summary>
    public void Worked()
    {
        outage.Worked();
        if (foundAway)
            absence.Answered();
        foundAway = false;
    }

    /// <summary>Waits after a failure until it is worth another try.</summary>
    public Task PauseAsync(SourceException error, CancellationToken token)
    {
        foundAway |= error.IsAway;
        return error.IsAway ? absence.WaitAsync(error, token) : Task.Delay(outage.Failed(error), time, token);
    }
}
