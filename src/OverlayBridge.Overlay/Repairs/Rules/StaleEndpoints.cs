using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Endpoints that no container has any more, by network: the rules that find them differ, the removal does not.</summary>
internal abstract class StaleEndpoints(int number) : Repair(number)
{
    public override bool NeedsHosts => true;

    public override bool ReadsOthers => true;

    public override string GroupOf(Observation seen) => seen.Subject.Split('/')[0];

    public override string? Refusal(RepairGround ground, Observation seen) => EndpointRemoval.Refusal(ground, EndpointOf(ground, seen));

    public override void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet)
    {
        var gone = faults.Select(f => EndpointOf(ground, f)).OfType<EndpointRecords>().ToList();
        if (gone.Count > 0)
            EndpointRemoval.Plan(ground, gone[0].Network, gone, sheet);
    }

    protected static EndpointRecords? EndpointOf(RepairGround ground, Observation seen) =>
        seen.Subject.Split('/') is [var network, var endpoint] ? ground.Store.Network(network)?.Endpoint(endpoint) : null;
}
