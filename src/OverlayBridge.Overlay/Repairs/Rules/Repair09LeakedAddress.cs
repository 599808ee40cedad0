using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Clears the bits that nothing claims and no container runs with.</summary>
internal sealed class Repair09LeakedAddress() : Repair(9)
{
    public override bool NeedsHosts => true;

    public override string GroupOf(Observation seen) => seen.Subject.Split(' ')[0];

    public override string? Refusal(RepairGround ground, Observation seen)
    {
        if (base.Refusal(ground, seen) is { } reason)
            return reason;
        if (Ordinals.PoolOf(ground.Store, seen) is not { } pool || Ordinals.OfAddresses(pool, seen) is not { } range)
            return "The addresses are not in the pool.";
        var live = range.First == range.Last
            ? ground.Hosts.Using(pool.AddressOf(range.First)).FirstOrDefault()
            : ground.Hosts.In(pool.Subnet);
        return live is null ? null : $"{live.Label} runs with {live.Endpoint.Address ?? live.Endpoint.AddressV6}.";
    }

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        if (Ordinals.PoolOf(ground.Store, faults[0]) is not { } pool)
            return;
        sheet.ChangeBits(ground.Store.BitmapKey(pool), bits => faults.Select(f => Ordinals.OfAddresses(pool, f)).OfType<Legacy.Bitmaps.BitRange>()
            .Aggregate(bits, (b, range) => b.Clear(range.First, range.Last)));
    }
}
