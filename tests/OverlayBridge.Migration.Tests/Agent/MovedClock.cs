using Microsoft.Extensions.Time.Testing;

namespace OverlayBridge.Migration.Agent;

/// <summary>A clock that the test moves; its time of day can be set as an operator or NTP sets it, while timers and time spans go on.</summary>
internal sealed class MovedClock : FakeTimeProvider
{
    private TimeSpan offset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;

    /// <param name="by">Forward, or back if negative.</param>
    public void SetTimeOfDay(TimeSpan by) => offset += by;
}
