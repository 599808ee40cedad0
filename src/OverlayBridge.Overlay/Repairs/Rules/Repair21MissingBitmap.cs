using OverlayBridge.Legacy.Records;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Makes the bitmap with every claim in one write, before an engine makes an empty one.</summary>
internal sealed class Repair21MissingBitmap() : Repair(21)
{
    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
            if (Ordinals.PoolOf(ground.Store, fault) is { } pool)
                sheet.Put(ground.Store.BitmapKey(pool), RecordFormats.Bitmap.Encode(BitmapRebuild.Of(ground.Store, pool)));
    }
}
