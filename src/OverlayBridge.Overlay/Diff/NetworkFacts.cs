using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

internal static class NetworkFacts
{
    /// <param name="id">The id when it is one of the facts, because it differs; else null.</param>
    public static Thing Of(NetworkView network, string? id)
    {
        var facts = new Facts()
            .Add("id", id)
            .Add("state", network.State switch { NetworkState.Readable => null, NetworkState.Missing => "missing", _ => "unreadable" })
            .Add("name", network.Name)
            .Add("driver", network.Driver)
            .Add("scope", network.Scope)
            .Add("created", network.Created)
            .Add("ipamDriver", network.IpamDriver)
            .Add("internal", network.Internal)
            .Add("attachable", network.Attachable)
            .Add("enableIPv6", network.EnableIPv6)
            .Add("encrypted", network.Encrypted)
            .Add("mtu", network.Mtu == 0 ? null : network.Mtu)
            .Add("inDelete", network.InDelete)
            .Add("label", network.Labels)
            .Add("option", network.DriverOptions)
            .Add("endpointCount", network.RecordedCount)
            .Add("overlayRecord", network.HasOverlayRecord ? null : "missing");
        foreach (var subnet in network.Subnets)
            Add(facts, subnet);
        return new Thing(ChangeKind.Network, network.Id, network.Name, facts.ToImmutable(), network.Name ?? network.Id);
    }

    private static void Add(Facts facts, SubnetView subnet)
    {
        string name = $"subnet:{subnet.Subnet}";
        facts.Add(name, subnet.PoolId ?? "no pool")
            .Add($"{name}:gateway", subnet.Gateway)
            .Add($"{name}:range", subnet.Range)
            .Add($"{name}:aux", subnet.AuxAddresses)
            .Add($"{name}:vni", subnet.Vni);
    }
}
