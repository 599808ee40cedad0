using Microsoft.Extensions.Logging;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent;

/// <summary>Logs the beginning and the end of a time in which the store does not answer, not every failure in between.</summary>
internal sealed class Outage(string doing, ILogger log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private int failures;

    /// <returns>How long to wait before the next try.</returns>
    public TimeSpan Failed(SourceException error)
    {
        if (failures == 0)
            log.LogWarning("Cannot {Doing}: {What} {Cause} It is tried again until it works.", doing, error.Message, error.Cause);
        var pause = FirstPause * Math.Pow(2, Math.Min(failures, 16));
        failures++;
        return pause < LongestPause ? pause : LongestPause;
    }

    public void Worked()
    {
        if (failures > 0)
            log.LogInformation("The store answers again ({Doing})", doing);
        failures = 0;
    }
}
