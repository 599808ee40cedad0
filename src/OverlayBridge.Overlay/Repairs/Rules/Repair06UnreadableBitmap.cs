using OverlayBridge.Legacy.Records;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Writes the whole bitmap at once, never deletes it.</summary>
internal sealed class Repair06UnreadableBitmap() : Repair(6)
{
    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
            if (fault.Subject == ground.Store.VniKey)
                sheet.Put(fault.Subject, RecordFormats.Bitmap.Encode(BitmapRebuild.OfVnis(ground.Store)));
            else if (Ordinals.PoolOf(ground.Store, fault) is { } pool)
                sheet.Put(ground.Store.BitmapKey(pool), RecordFormats.Bitmap.Encode(BitmapRebuild.Of(ground.Store, pool)));
    }
}
