using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>
/// Clears the bits of VNIs that no overlay record has. A container on an overlay network without such a record may be using
/// one of them, and no engine tells which.
/// </summary>
internal sealed class Repair14LeakedVni() : Repair(14)
{
    public override bool NeedsHosts => true;

    public override string GroupOf(Observation seen) => "V";

    public override string? Refusal(RepairGround ground, Observation seen) => base.Refusal(ground, seen) ?? (
        ground.Store.Engines.Live.FirstOrDefault(l => IsOverlay(ground, l.Endpoint) && ground.Store.Network(l.Endpoint.NetworkId)?.Overlay?.Value is null) is { } live
            ? $"{live.Label} runs on the network {live.Endpoint.NetworkName}, whose overlay record is lost and may have had this VNI."
            : null);

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet) =>
        sheet.ChangeBits(ground.Store.VniKey, bits => faults.Select(Ordinals.OfVnis).OfType<BitRange>()
            .Where(range => range.Last < bits.Length).Aggregate(bits, (b, range) => b.Clear(range.First, range.Last)));

    // Swarm's own networks, whose ids are shorter, have VNIs of their own.
    private static bool IsOverlay(RepairGround ground, EngineEndpointFacts endpoint) =>
        ground.Store.Network(endpoint.NetworkId) is { } network
            ? network.Record is null || network.IsOverlay
            : endpoint.NetworkDriver is "overlay" && endpoint.NetworkId.Length == 64;
}
