using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Exposures;

namespace OverlayBridge.Reports.Exposures;

/// <summary>How a block for fixed addresses is used, and what it cannot do.</summary>
internal static class GrowAdvice
{
    public static ImmutableArray<string> Of(GrowPlan plan)
    {
        var pool = new AddressPool(plan.Block.Subnet);
        var (first, last) = (pool.AddressOf(plan.Block.First), pool.AddressOf(plan.Block.Last));
        var name = plan.Exposure.Name;
        return
        [
            $"Swarm hands nothing out of {plan.Block}: give containers addresses from {first} to {last} yourself, each once.",
            $"A container: docker run --network {name} --ip {first} …",
            $"A Compose service: networks: {{{name}: {{ipv4_address: {first}}}}}, or overlaybridge compose override FILE --address SERVICE:{name}={first}",
            $"Each container with a fixed address gives one of {plan.Exposure.SubnetOf(first)!.Fence} back to swarm. Tasks of swarm services cannot have fixed addresses: they need that range.",
            $"For a larger range there is a second round only, since swarm cannot change a network's range: stop what uses the swarm side, 'overlaybridge network unexpose {name}', then 'expose {name} --fence LENGTH'.",
        ];
    }
}
