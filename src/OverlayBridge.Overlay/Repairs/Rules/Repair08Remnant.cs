using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>
/// Deletes the endpoints and the count of a network that has no record. Its overlay record, VNIs and pool are rules 16 and
/// 18, which the same finding explains.
/// </summary>
internal sealed class Repair08Remnant() : Repair(8)
{
    public override bool NeedsHosts => true;

    public override bool ReadsOthers => true;

    public override string GroupOf(Observation seen) => NetworkOf(seen);

    public override string? Refusal(RepairGround ground, Observation seen)
    {
        if (ground.Hosts.Doubt is { } doubt)
            return doubt;
        if (ground.Store.Engines.OnNetwork(NetworkOf(seen)).FirstOrDefault() is { } live)
            return $"It is in use: {live.Label}. The network's record must come back.";
        return ground.Store.Network(NetworkOf(seen))?.Endpoints.Any(e => e.Outline is null) == true
            ? "One of its endpoints cannot be read, so nobody can tell whose it is."
            : null;
    }

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        if (ground.Store.Network(NetworkOf(faults[0])) is not { } network)
            return;
        EndpointRemoval.Plan(ground, network, network.Endpoints, sheet);
        if (network.Count is { } count)
            sheet.Delete(count.Entry.Key);
    }

    private static string NetworkOf(Observation seen) => seen.Subject.Split('/')[0];
}
