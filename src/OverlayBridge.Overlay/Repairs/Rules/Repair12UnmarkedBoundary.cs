using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Sets the bits of the network and broadcast addresses.</summary>
internal sealed class Repair12UnmarkedBoundary() : Repair(12)
{
    public override string GroupOf(Observation seen) => seen.Subject.Split(' ')[0];

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet) => AddressMark.Plan(ground, faults, sheet);
}
