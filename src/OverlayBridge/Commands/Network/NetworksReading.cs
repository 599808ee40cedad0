using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Reports.Exposures;

namespace OverlayBridge.Commands.Network;

/// <summary>Puts together what the cluster knows of legacy networks, exposures and hosts.</summary>
internal static class NetworksReading
{
    public static async Task<NetworksDocument> ReadAsync(BridgeOption bridge, ParseResult parse, CancellationToken token)
    {
        using var legacy = bridge.Open(parse);
        using var client = bridge.Connect(parse);
        var records = new BridgeRecordsReader(client);
        var inventory = Inventory.From(await legacy.ReadAsync(token).ConfigureAwait(false));
        var exposures = await records.ExposuresAsync(token).ConfigureAwait(false);
        var hosts = await records.HostsViewAsync(token).ConfigureAwait(false);
        return Document(client.Name, inventory, [.. exposures.Select(exposure => exposure.Record)], hosts);
    }

    /// <summary>A pure function of what was read.</summary>
    public static NetworksDocument Document(
        string source, Inventory inventory, ImmutableArray<ExposureRecord> exposures, HostsView hosts) => new(
        NetworksDocument.CurrentFormatVersion,
        source,
        [
            .. from network in inventory.Networks
               let subnet = network.Subnets.FirstOrDefault(subnet => !subnet.IsIPv6)
               let exposure = exposures.FirstOrDefault(exposure => exposure.LegacyNetworkId == network.Id)
               select new NetworkLine(
                   network.Id, network.Name, subnet?.Subnet ?? "", subnet?.Vni ?? 0, network.Endpoints.Length,
                   exposure is null ? null : Line(exposure, hosts)),
        ]);

    private static ExposureLine Line(ExposureRecord exposure, HostsView hosts) => new(
        exposure.State.ToString().ToLowerInvariant(), exposure.SwarmNetworkId, exposure.Fence.ToString(), exposure.SwarmVni, exposure.Created,
        [.. hosts.Hosts.OrderBy(host => host.Name, StringComparer.Ordinal).SelectMany(host => Sides(host, exposure, hosts))],
        [.. exposure.Subnets.Select(subnet => Line(subnet, exposure))], Use(exposure, hosts));

    private static SharedSubnetLine Line(ExposedSubnet subnet, ExposureRecord exposure) => new(
        subnet.Subnet.ToString(), subnet.Gateway?.ToString(), subnet.Fence.ToString(),
        [.. exposure.Reserves.Where(reserve => reserve.IsSet && subnet.Subnet.Contains(reserve.Block.BaseAddress)).Select(reserve => reserve.Block.ToString())],
        subnet.LegacyVni, subnet.SwarmVni);

    private static FenceUse Use(ExposureRecord exposure, HostsView hosts)
    {
        var swarm = hosts.Attachments.Where(item => item.Attachment.NetworkId == exposure.SwarmNetworkId).ToList();
        var addresses = exposure.Subnets.Aggregate(0ul, (sum, subnet) =>
            FenceBlock.TryParse($"{subnet.Subnet}", $"{subnet.Fence}", out var block) ? sum + block.Capacity : sum);
        return new(
            addresses, swarm.Count(item => exposure.Subnets.Any(subnet => subnet.Fence.Contains(item.Attachment.Address.Address))),
            swarm.Select(item => item.Host).Distinct(StringComparer.Ordinal).Count());
    }

    private static IEnumerable<ExposureHost> Sides(HostRecord host, ExposureRecord exposure, HostsView hosts) =>
        from side in (ImmutableArray<(string Name, string Network)>)[("legacy", exposure.LegacyNetworkId), ("swarm", exposure.SwarmNetworkId)]
        let endpoints = hosts.Attachments.Count(item => item.Host == host.Name && item.Attachment.NetworkId == side.Network)
        let report = hosts.Reports.FirstOrDefault(item => item.Host == host.Name && item.Report.NetworkId == side.Network).Report
        where endpoints > 0 || report is not null
        select new ExposureHost(
            host.Name, host.Vtep.ToString(), host.State.ToString().ToLowerInvariant(), side.Name, endpoints, report?.Namespace,
            report?.Desired ?? 0, report?.Programmed ?? 0,
            report is null ? [] : [.. report.Differences.Select(difference => $"{difference.Entry}: {difference.Reason}")],
            report is null ? "its agent has not reported yet" : report.Error);
}
