using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Makes the count with the number of endpoint keys.</summary>
internal sealed class Repair04MissingCount() : Repair(4)
{
    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet) => CountWrite.Plan(ground, faults, sheet);
}
