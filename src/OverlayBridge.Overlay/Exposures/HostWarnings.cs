using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>Hosts on which the exposed network would not work, though it can be made.</summary>
internal static class HostWarnings
{
    public static IEnumerable<string> Of(Inventory inventory, NetworkView network, ImmutableArray<HostRecord> hosts)
    {
        var agents = hosts.ToLookup(host => host.Vtep.ToString());
        foreach (var host in inventory.Hosts.Where(host => host.NetworkIds.Contains(network.Id) && !agents.Contains(host.Address)))
            yield return $"Host {host.Address} has containers on '{network.Name}' but no agent: the swarm side will not reach them. Start 'overlaybridge serve --roles agent' there.";
        foreach (var host in hosts.Where(host => host.State == HostState.Lost).OrderBy(host => host.Name, StringComparer.Ordinal))
            yield return $"Host {host.Name} has not been heard of since {host.Since:u}: its entries will be programmed when its agent is back.";
        if (!hosts.Any(host => host.Swarm is { State: "active" }))
            yield return "No agent runs on a host of the swarm: nothing will connect the two sides until one does.";
    }
}
