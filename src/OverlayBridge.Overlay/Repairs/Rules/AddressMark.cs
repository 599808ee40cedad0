using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Sets the bits of the addresses that faults of one pool name.</summary>
internal static class AddressMark
{
    public static void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        if (Ordinals.PoolOf(ground.Store, faults[0]) is { } pool)
            sheet.ChangeBits(ground.Store.BitmapKey(pool), bits => faults.Select(f => Ordinals.OfAddresses(pool, f)).OfType<BitRange>()
                .Aggregate(bits, (b, range) => b.Set(range.First, range.Last)));
    }
}
