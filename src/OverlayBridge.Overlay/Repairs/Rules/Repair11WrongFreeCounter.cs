using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Writes the number of clear bits into the header; the bits stay as they are.</summary>
internal sealed class Repair11WrongFreeCounter() : Repair(11)
{
    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
            if (fault.Subject == ground.Store.VniKey)
                sheet.ChangeBits(fault.Subject, BitmapRebuild.Counted);
            else if (Ordinals.PoolOf(ground.Store, fault) is { } pool)
                sheet.ChangeBits(ground.Store.BitmapKey(pool), BitmapRebuild.Counted);
    }
}
