using Microsoft.Extensions.Logging;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent;

/// <summary>
/// What all loops of an agent know of its store while that is away: one of them asks it again after a short pause, and the others wait for what comes
/// of it. So each knows within a moment that the store is back, and hundreds of agents with a dozen loops each do not fall over the one that returns.
/// </summary>
internal sealed class StoreAbsence(TimeProvider time, ILogger log)
{
    /// <summary>When the others ask too: the one that asks may hang, or be denied what it wants.</summary>
    private static readonly TimeSpan OthersPause = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private Absence? current;

    private sealed class Absence(long begun)
    {
        public long Begun { get; } = begun;

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Somebody waits for the short pause to end.</summary>
        public bool IsAskedSoon { get; set; }
    }

    /// <summary>For a loop.</summary>
    /// <param name="doing">What it does with the store, behind "cannot".</param>
    public StoreUse Use(string doing) => new(doing, this, time, log);

    /// <summary>Waits until the store is worth another try.</summary>
    public async Task WaitAsync(SourceException error, CancellationToken token)
    {
        var (absence, asksSoon, pause) = Enter(error);
        await absence.Over.Task.WaitAsync(pause, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (asksSoon)
            lock (gate)
                absence.IsAskedSoon = false;
        token.ThrowIfCancellationRequested();
    }

    /// <summary>Somebody who had found the store away had an answer.</summary>
    public void Answered()
    {
        Absence? over;
        lock (gate)
            (over, current) = (current, null);
        if (over is null)
            return;
        log.LogInformation("The store answers again, after {Seconds:0.0} s", time.GetElapsedTime(over.Begun).TotalSeconds);
        over.Over.SetResult();
    }

    private (Absence Absence, bool AsksSoon, TimeSpan Pause) Enter(SourceException error)
    {
        lock (gate)
        {
            if (current is null)
            {
                log.LogWarning("The store is away: {What} {Cause} What was known of it stands, and it is asked again until it answers.", error.Message, error.Cause);
                current = new Absence(time.GetTimestamp());
            }
            var asksSoon = !current.IsAskedSoon;
            current.IsAskedSoon = true;
            var random = Random.Shared.NextDouble();
            return (current, asksSoon, asksSoon ? ReturnPlan.Pause(time.GetElapsedTime(current.Begun), random) : ReturnPlan.Spreaded(OthersPause, random));
        }
    }
}
