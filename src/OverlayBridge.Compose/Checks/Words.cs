using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Checks;

/// <summary>Phrases that several checks use.</summary>
internal static class Words
{
    public static string Host(KnownEndpoint endpoint) =>
        $"{(endpoint.Host.Length > 0 ? endpoint.Host : "an unknown host")} ({(endpoint.IsLegacy ? "legacy" : "swarm")} side)";

    /// <summary>The subnets of a network whose subnets are known.</summary>
    public static string Subnets(SharedNetwork network) =>
        $"{string.Join(" or ", network.Subnets)}, the subnet{(network.Subnets.Length > 1 ? "s" : "")}";
}
