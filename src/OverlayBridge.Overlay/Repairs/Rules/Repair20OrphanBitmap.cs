using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Deletes a bitmap whose pool is in no configuration and in no use.</summary>
internal sealed class Repair20OrphanBitmap() : Repair(20)
{
    public override bool NeedsHosts => true;

    public override string? Refusal(RepairGround ground, Observation seen) => base.Refusal(ground, seen) ?? PoolInUse.By(ground, seen);

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
            if (Ordinals.PoolOf(ground.Store, fault) is { Bitmap: not null } pool)
                sheet.Delete(ground.Store.BitmapKey(pool));
    }
}
