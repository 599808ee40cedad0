using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Deletes overlay records without a network, then clears the bits of VNIs that no other overlay record has.</summary>
internal sealed class Repair16RemnantOverlay() : Repair(16)
{
    public override bool NeedsHosts => true;

    public override string GroupOf(Observation seen) => "V";

    public override string? Refusal(RepairGround ground, Observation seen) => base.Refusal(ground, seen) ?? (
        ground.Store.Engines.OnNetwork(seen.Subject).FirstOrDefault() is { } live ? $"It is in use: {live.Label}." : null);

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        var gone = faults.Select(f => f.Subject).ToHashSet();
        foreach (string id in gone)
            if (ground.Store.Network(id)?.Overlay is { } overlay)
                sheet.Delete(overlay.Entry.Key);
        if (ground.Store.Vnis.Bits is not { } read)
            return;
        var kept = ground.Store.Vnis.Uses.Where(u => !gone.Contains(u.Network.Id)).Select(u => u.Vni).ToHashSet();
        var free = ground.Store.Vnis.Uses.Where(u => gone.Contains(u.Network.Id) && !kept.Contains(u.Vni)).Select(u => u.Vni)
            .Where(vni => vni >= VniViews.First && vni - VniViews.First < read.Length).Distinct().ToList();
        if (free.Count > 0)
            sheet.ChangeBits(ground.Store.VniKey, bits => free.Aggregate(bits, (b, vni) => b.Clear(vni - VniViews.First)));
        foreach (uint vni in free)
            sheet.Remainder(14, Thing.Vni(vni));
    }
}
