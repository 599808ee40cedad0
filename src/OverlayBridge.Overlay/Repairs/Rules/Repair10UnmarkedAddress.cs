using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Sets the bits of addresses that something claims.</summary>
internal sealed class Repair10UnmarkedAddress() : Repair(10)
{
    public override string GroupOf(Observation seen) => seen.Subject.Split(' ')[0];

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet) => AddressMark.Plan(ground, faults, sheet);
}
