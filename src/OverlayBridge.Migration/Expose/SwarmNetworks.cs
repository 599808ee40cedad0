using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Exposures;

namespace OverlayBridge.Migration.Expose;

/// <summary>The swarm side of exposures, through the engine of a manager.</summary>
internal sealed class SwarmNetworks(IEngine manager, TimeProvider time)
{
    private const string OptionPrefix = "com.docker.network.driver.";

    /// <summary>Swarm allocates a network within milliseconds after it was made, or, when something is taken, never.</summary>
    private static readonly TimeSpan AllocationLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async ValueTask<SwarmView> ReadAsync(CancellationToken token)
    {
        var info = await manager.InfoAsync(token).ConfigureAwait(false);
        if (!info.IsManager)
            return new(manager.Endpoint.ToString(), false, []);
        var networks = await manager.NetworksAsync(token).ConfigureAwait(false);
        return new(manager.Endpoint.ToString(), true, [.. networks.Where(n => n is { IsOverlay: true, Scope: "swarm" }).Select(View)]) { Nodes = info.SwarmNodes };
    }

    /// <summary>Makes the network, unless an interrupted run has made it, and waits until swarm has allocated it.</summary>
    public async ValueTask<SwarmNetwork> EnsureAsync(ExposePlan plan, CancellationToken token)
    {
        var id = plan.SwarmNetworkId ?? await manager.CreateNetworkAsync(SpecOf(plan), token).ConfigureAwait(false);
        var begun = time.GetTimestamp();
        while (true)
        {
            var view = await ReadAsync(token).ConfigureAwait(false);
            if (view.Networks.FirstOrDefault(network => network.Id == id) is { } network && network.Subnets.Length == plan.Subnets.Length && network.Vnis.Length == plan.Subnets.Length)
                return network;
            if (time.GetElapsedTime(begun) > AllocationLimit)
                break;
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        }
        await manager.RemoveNetworkAsync(id, token).ConfigureAwait(false);
        throw new ExposeException(
            $"Swarm made the network '{plan.Name}' but did not allocate it; it was removed again.",
            $"{string.Join(", ", plan.Subnets.Select(Words))}: one of these is taken in this swarm by something its network list does not show.",
            "See the manager's log for 'allocation', free what it names, and run the command again.");
    }

    /// <summary>
    /// Removes the network; false when swarm says that something still uses it, with its words. Swarm's word is what counts: an engine
    /// that still lists what is left of the network on its own host is waited for a while only.
    /// </summary>
    public async ValueTask<(bool Removed, string Reason)> RemoveAsync(string id, CancellationToken token)
    {
        try
        {
            await manager.RemoveNetworkAsync(id, token).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.Cause.Contains("in use", StringComparison.Ordinal))
        {
            return (false, e.Cause);
        }
        var begun = time.GetTimestamp();
        while ((await ReadAsync(token).ConfigureAwait(false)).Networks.Any(network => network.Id == id) && time.GetElapsedTime(begun) < RemovalLimit)
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        return (true, "");
    }

    private static string Words(SubnetPlan subnet) => $"the subnet {subnet.Subnet}{(subnet.RequestedVni is { } vni ? $" or the VNI {vni}" : "")}";

    private static SwarmNetwork View(EngineNetwork network) => new(
        network.Id, network.Name, network.Subnets, network.Vnis, network.Labels.GetValueOrDefault(SwarmNetwork.LegacyNetworkLabel));

    private static NetworkSpec SpecOf(ExposePlan plan)
    {
        var options = ImmutableSortedDictionary<string, string>.Empty;
        if (plan.Subnets.All(subnet => subnet.RequestedVni is not null))
            options = options.Add(
                OptionPrefix + "overlay.vxlanid_list", string.Join(',', plan.Subnets.Select(subnet => subnet.RequestedVni!.Value.ToString(CultureInfo.InvariantCulture))));
        if (plan.Mtu > 0)
            options = options.Add(OptionPrefix + "mtu", plan.Mtu.ToString(CultureInfo.InvariantCulture));
        return new(
            plan.Name, "overlay", Attachable: true, plan.Internal,
            [.. plan.Subnets.Select(subnet => new PoolSpec(subnet.Subnet, subnet.Fence, subnet.Gateway))], options,
            ImmutableSortedDictionary<string, string>.Empty.Add(SwarmNetwork.LegacyNetworkLabel, plan.LegacyNetworkId));
    }
}
