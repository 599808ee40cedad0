using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Repairs;
using OverlayBridge.Reports.Repairs;

namespace OverlayBridge.Reports.Tests.Repairs;

/// <summary>Repairs of recorded stores, as if a host that runs nothing had been asked and the other one were gone.</summary>
internal static class RepairSamples
{
    public static RepairReport Report(StoreImage image, RepairState state)
    {
        var plan = RepairPlanner.Plan(
            new AuditInput { Image = image, Engines = [new EngineFacts { Uri = "tcp://172.31.0.1:2375", HostName = "h1", Addresses = ["172.31.0.1"], Containers = [] }] },
            new RepairRequest { Rules = ["OB07", "OB08", "OB09", "OB10", "OB25"], HostsGone = ["172.31.0.2"] });
        var applied = state != RepairState.Planned;
        return new RepairReport(RepairDocument.Of(
            image.Source, image.Index, applied, applied ? "repair-backup.json.gz" : null, applied ? 1 : 0,
            plan.Steps.Select((step, at) => (step, at == 1 && applied ? RepairState.Failed : state, at == 1 && applied ? "Its records changed." : "")),
            plan.Refused, plan.Notes));
    }
}
