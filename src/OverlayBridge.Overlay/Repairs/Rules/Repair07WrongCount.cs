using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Writes the number of endpoint keys, unless a container runs whose key is missing: it will be subtracted once that stops.</summary>
internal sealed class Repair07WrongCount() : Repair(7)
{
    public override string? Refusal(RepairGround ground, Observation seen)
    {
        var missing = ground.Store.Engines.OnNetwork(seen.Subject)
            .Where(l => ground.Store.Network(seen.Subject)?.Endpoint(l.Endpoint.EndpointId) is null).Select(l => l.Label).ToList();
        return missing.Count == 0
            ? base.Refusal(ground, seen)
            : $"Containers run whose endpoints the store does not know: {Listing.Of(missing)}. Restart them first (OB39).";
    }

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet) => CountWrite.Plan(ground, faults, sheet);
}
