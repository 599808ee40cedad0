using System.Collections.Immutable;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Knows by a leader's own clock, one that only goes forward, which indexes are old enough for their tombstones to be reaped. A new leader begins
/// anew: tombstones may live longer, never shorter.
/// </summary>
/// <param name="Seen">When which index was the store's, oldest first.</param>
internal sealed record TombstoneAge(TimeSpan Life, ImmutableQueue<(TimeSpan At, ulong Index)> Seen)
{
    public static TombstoneAge Starting(TimeSpan life) => new(life, []);

    /// <summary>Notes the index of now; tells up to which index tombstones have had their life, null when none has.</summary>
    public (TombstoneAge Next, ulong? UpTo) Observe(TimeSpan now, ulong index)
    {
        ulong? upTo = null;
        var seen = Seen.Enqueue((now, index));
        while (!seen.IsEmpty && now - seen.Peek().At >= Life)
        {
            upTo = seen.Peek().Index;
            seen = seen.Dequeue();
        }
        return (this with { Seen = seen }, upTo);
    }
}
