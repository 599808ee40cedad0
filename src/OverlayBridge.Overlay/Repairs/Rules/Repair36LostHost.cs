using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Removes the endpoints of a host that the operator vouches is gone: the store cannot tell a dead host from one that is cut off.</summary>
internal sealed class Repair36LostHost() : StaleEndpoints(36)
{
    public override string? Refusal(RepairGround ground, Observation seen)
    {
        string host = EndpointOf(ground, seen)?.Locator ?? "";
        return ground.Hosts.IsGone(host)
            ? base.Refusal(ground, seen)
            : $"Nobody vouches that {host} is gone: it may only be cut off. If it is, give --hosts-gone {host}.";
    }
}
