using Microsoft.Extensions.Logging;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>Logs the beginning and the end of a time in which the store does not answer, not every failure in between.</summary>
internal sealed class Outage(string doing, ILogger log)
{
    private int failures;

    /// <returns>How long to wait before the next try.</returns>
    public TimeSpan Failed(SourceException error)
    {
        if (failures == 0)
            log.LogWarning("Cannot {Doing}: {What} {Cause} It is tried again until it works.", doing, error.Message, error.Cause);
        return WatchOptions.Default.RetryAfter(++failures);
    }

    public void Worked()
    {
        if (failures > 0)
            log.LogInformation("The store answers again ({Doing})", doing);
        failures = 0;
    }
}
