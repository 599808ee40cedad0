using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Writes the number of endpoint keys.</summary>
internal sealed class Repair03UnreadableCount() : Repair(3)
{
    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet) => CountWrite.Plan(ground, faults, sheet);
}
