using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What of a legacy network will not be the same on the swarm side, though it can be shared.</summary>
internal static class NetworkWarnings
{
    public static IEnumerable<string> Of(NetworkView network)
    {
        yield return $"Legacy containers cannot reach a service's virtual IP: create services on '{network.Name}' with --endpoint-mode dnsrr, or reach their tasks as tasks.SERVICE.";
        if (network.Internal)
            yield return $"'{network.Name}' is internal: its containers have no docker_gwbridge, so they reach no name server of the agent. Give the names they need with --add-host, or use addresses.";
    }
}
