using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Clears the bits that nothing claims and no container runs with.</summary>
internal sealed class Repair09LeakedAddress() : Repair(9)
{
    /// <summary>The smallest aligned block that may be a fence: smaller ones give swarm next to nothing.</summary>
    private const ulong SmallestFence = 4;

    public override bool NeedsHosts => true;

    public override string GroupOf(Observation seen) => seen.Subject.Split(' ')[0];

    public override string? Refusal(RepairGround ground, Observation seen)
    {
        if (base.Refusal(ground, seen) is { } reason)
            return reason;
        if (Ordinals.PoolOf(ground.Store, seen) is not { } pool || Ordinals.OfAddresses(pool, seen) is not { } range)
            return "The addresses are not in the pool.";
        if (!ground.FencesKnown && MayBeFence(pool, range))
            return "Such a block may be the fence of an exposed network. Name the control node with --bridge bridge://HOST:PORT, or say --bridge none.";
        var live = range.First == range.Last
            ? ground.Hosts.Using(pool.AddressOf(range.First)).FirstOrDefault()
            : ground.Hosts.In(pool.Subnet);
        return live is null ? null : $"{live.Label} runs with {live.Endpoint.Address ?? live.Endpoint.AddressV6}.";
    }

    /// <summary>Whether the addresses are, or are in, an aligned block that is taken as a whole and that nothing claims.</summary>
    private static bool MayBeFence(PoolRecords pool, BitRange range)
    {
        if (pool.Bits is not { } bits)
            return false;
        for (ulong first = range.First / SmallestFence * SmallestFence; first <= range.Last; first += SmallestFence)
        {
            ulong last = first + SmallestFence - 1;
            if (last < bits.Length && bits.CountSet(first, last) == SmallestFence && !pool.Claims.Exists(c => c.Ordinal >= first && c.Ordinal <= last))
                return true;
            if (last == ulong.MaxValue)
                break;
        }
        return false;
    }

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        if (Ordinals.PoolOf(ground.Store, faults[0]) is not { } pool)
            return;
        sheet.ChangeBits(ground.Store.BitmapKey(pool), bits => faults.Select(f => Ordinals.OfAddresses(pool, f)).OfType<BitRange>()
            .Aggregate(bits, (b, range) => b.Clear(range.First, range.Last)));
    }
}
