using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Sets the bits of VNIs that overlay records have; a V that is missing is made with all of them.</summary>
internal sealed class Repair13UnmarkedVni() : Repair(13)
{
    public override string GroupOf(Observation seen) => "V";

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        if (ground.Store.Store.VxlanIds is null)
            sheet.Put(ground.Store.VniKey, RecordFormats.Bitmap.Encode(BitmapRebuild.OfVnis(ground.Store)));
        else
            sheet.ChangeBits(ground.Store.VniKey, bits => faults.Select(Ordinals.OfVnis).OfType<BitRange>()
                .Where(range => range.Last < bits.Length).Aggregate(bits, (b, range) => b.Set(range.First, range.Last)));
    }
}
