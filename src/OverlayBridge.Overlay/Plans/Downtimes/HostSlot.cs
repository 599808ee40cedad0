using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Downtimes;

/// <summary>When a host of a stage is at work, counted from the stage's beginning.</summary>
/// <param name="Lane">Hosts of one lane follow one another; there are as many lanes as hosts may be at work at once.</param>
public readonly record struct HostSlot(TimeSpan Begin, TimeSpan Length, int Lane)
{
    public TimeSpan End => Begin + Length;

    /// <summary>Hosts in their order, each as soon as one of those at work is done: as the executor begins them.</summary>
    /// <param name="lengths">How long each host's steps take.</param>
    public static ImmutableArray<HostSlot> Of(IEnumerable<TimeSpan> lengths, int parallel)
    {
        var ends = new PriorityQueue<int, (TimeSpan End, int Lane)>();
        for (var lane = 0; lane < Math.Max(1, parallel); lane++)
            ends.Enqueue(lane, (TimeSpan.Zero, lane));
        return [.. lengths.Select(Next)];

        HostSlot Next(TimeSpan length)
        {
            ends.TryDequeue(out var lane, out var free);
            var slot = new HostSlot(free.End, length, lane);
            ends.Enqueue(lane, (slot.End, lane));
            return slot;
        }
    }
}
