using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Takeover;

/// <summary>Whether relays are heard of: their records change all the time. By the clock of who looks; a first look gives each its full time.</summary>
internal sealed class LifeSigns(TimeProvider time)
{
    private readonly Dictionary<string, (ulong Index, long Seen)> last = new(StringComparer.Ordinal);

    public bool IsHeard(Stored<RelayRecord> relay)
    {
        if (!last.TryGetValue(relay.Record.Name, out var sign) || sign.Index != relay.Index)
            last[relay.Record.Name] = sign = (relay.Index, time.GetTimestamp());
        return time.GetElapsedTime(sign.Seen) < RelayRecord.Patience;
    }
}
