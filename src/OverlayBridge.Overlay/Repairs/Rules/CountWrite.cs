using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>The number of endpoint keys, unreadable ones included, as C.</summary>
internal static class CountWrite
{
    public static void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        foreach (var fault in faults)
            if (ground.Store.Network(fault.Subject) is { } network)
                sheet.Put(
                    network.Count?.Entry.Key ?? ground.Store.CountKey(network),
                    RecordFormats.EndpointCount.Encode(new EndpointCountRecord((ulong)network.Endpoints.Length)));
    }
}
