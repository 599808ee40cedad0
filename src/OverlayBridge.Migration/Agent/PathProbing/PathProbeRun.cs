using System.Collections.Immutable;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.DataPlane.PathProbing;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.PathProbing;

/// <summary>
/// One answer to one request: looks at this host, listens on the network's VXLAN devices, sends marked frames to a container of every other
/// host through the entries that stand there, and counts what comes. Ends within <see cref="Longest"/>, whatever the others do.
/// </summary>
internal sealed class PathProbeRun(IPathProbes probes, AgentOptions options, TimeProvider time)
{
    /// <summary>Of each length to each host.</summary>
    public const int Rounds = 8;

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(9);

    /// <summary>Until then the others listen too: requests travel by blocking queries.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<(string Host, System.Net.IPNetwork Subnet), (int Short, int Full)> heard = [];
    private readonly SortedSet<string> problems = new(StringComparer.Ordinal);
    private string requestId = "";

    public async Task RunAsync(PathProbeRequest request, ExposureRecord exposure, BridgeState state, Action<PathProbeReport> publish, CancellationToken token)
    {
        requestId = request.Id;
        var report = await LookAsync(exposure);
        var devices = new List<Opened>();
        try
        {
            foreach (var networkId in (string[])[exposure.LegacyNetworkId, exposure.SwarmNetworkId])
                await OpenAsync(networkId, exposure, state, devices);
            report = report with { Devices = [.. devices.Select(static device => device.Record)] };
            publish(report);
            var sent = await ExchangeAsync(devices, token);
            publish(report with
            {
                IsDone = true,
                Sent = [.. devices.SelectMany(static device => device.Targets.Select(target => (target.Host, device.Record.Subnet))).Distinct().Select(target => new ProbeSent(target.Host, target.Subnet, sent))],
                Heard = [.. heard.OrderBy(static one => one.Key.Host, StringComparer.Ordinal).Select(static one => new ProbeHeard(one.Key.Host, one.Key.Subnet, one.Value.Short, one.Value.Full))],
                Problems = [.. problems],
            });
        }
        finally
        {
            foreach (var device in devices)
                device.Device.Dispose();
        }
    }

    private async Task<PathProbeReport> LookAsync(ExposureRecord exposure)
    {
        ImmutableArray<ForeignDevice> foreign = [];
        try
        {
            foreign = [.. (await probes.HostDevicesAsync()).Select(static link => new ForeignDevice(link.Name, link.Vni)).Take(PathProbeReport.MaxItems)];
        }
        catch (NetlinkException e)
        {
            problems.Add($"the host's own VXLAN devices cannot be listed: {e.Message}");
        }
        var routes = probes.Routes()
            .Where(route => exposure.Subnets.Any(subnet => subnet.Subnet.Contains(route.Destination.BaseAddress) || route.Destination.Contains(subnet.Subnet.BaseAddress)));
        return new(requestId, IsDone: false, probes.MtuOf(options.Vtep), [], foreign, [.. routes.Select(static route => $"{route}").Take(PathProbeReport.MaxItems)], [], [], [.. problems]);
    }

    private async Task OpenAsync(string networkId, ExposureRecord exposure, BridgeState state, List<Opened> opened)
    {
        try
        {
            foreach (var device in await probes.OpenAsync(networkId))
            {
                var subnet = exposure.Subnets.FirstOrDefault(one => (networkId == exposure.LegacyNetworkId ? one.LegacyVni : one.SwarmVni) == device.Link.Vni);
                if (subnet is null)
                {
                    device.Dispose();
                    continue;
                }
                opened.Add(new(device, new(networkId, subnet.Subnet, device.Namespace, device.Link.Name, device.Link.Vni, device.Link.Mtu), SourceOf(networkId, subnet, state), TargetsOf(exposure, subnet, state)));
            }
        }
        catch (NetlinkException e)
        {
            problems.Add($"the namespace of {networkId} cannot be looked at: {e.Message}");
        }
    }

    /// <summary>Frames carry the address of a container of this host, so that no table learns anything new from them.</summary>
    private PhysicalAddress? SourceOf(string networkId, ExposedSubnet subnet, BridgeState state) => state.Attachments
        .FirstOrDefault(item => item.Host == options.HostName && item.Attachment.NetworkId == networkId && subnet.Subnet.Contains(item.Attachment.Address.Address))?.Attachment.MacAddress;

    /// <summary>A container on each other host that is up, on whichever side.</summary>
    private ImmutableArray<(string Host, PhysicalAddress Mac)> TargetsOf(ExposureRecord exposure, ExposedSubnet subnet, BridgeState state) =>
    [
        .. from item in state.Attachments
           where item.Host != options.HostName && (item.Attachment.NetworkId == exposure.LegacyNetworkId || item.Attachment.NetworkId == exposure.SwarmNetworkId)
           where subnet.Subnet.Contains(item.Attachment.Address.Address) && state.Hosts.GetValueOrDefault(item.Host) is { State: HostState.Up }
           group item by item.Host into host
           select (host.Key, host.First().Attachment.MacAddress),
    ];

    private async Task<int> ExchangeAsync(List<Opened> devices, CancellationToken token)
    {
        var begun = time.GetTimestamp();
        var rounds = 0;
        while (true)
        {
            var now = time.GetElapsedTime(begun);
            foreach (var device in devices)
                Count(device);
            if (now >= Longest || devices.Count == 0 || (rounds == Rounds && devices.TrueForAll(HasHeardAll)))
                return rounds;
            if (rounds < Rounds && now >= Start + (BetweenRounds * rounds))
            {
                devices.ForEach(Send);
                rounds++;
            }
            await Task.Delay(Tick, time, token);
        }
    }

    private void Send(Opened device)
    {
        if (device.Device.IsGone)
        {
            problems.Add($"namespace {device.Record.Namespace} was taken down meanwhile: its last container has left this host");
            return;
        }
        if (device.Source is not { } source)
        {
            if (device.Targets.Length > 0)
                problems.Add($"nothing was sent from {device.Record.Namespace}: no container of this host has an address of {device.Record.Subnet}");
            return;
        }
        foreach (var (host, mac) in device.Targets)
            foreach (var isFull in (bool[])[false, true])
                if (device.Device.Send(new ProbeFrame(requestId, options.HostName, isFull).Encode(source, mac, device.Record.Mtu)) is { } refusal)
                    problems.Add($"a {(isFull ? "full-length" : "short")} probe to {host} could not be sent from {device.Record.Namespace}: {refusal}");
    }

    private void Count(Opened device)
    {
        while (device.Device.Receive() is { } probe)
        {
            if (probe.RequestId != requestId || probe.Host == options.HostName)
                continue;
            var key = (probe.Host, device.Record.Subnet);
            var before = heard.GetValueOrDefault(key);
            heard[key] = probe.IsFull ? before with { Full = before.Full + 1 } : before with { Short = before.Short + 1 };
        }
    }

    private bool HasHeardAll(Opened device) => device.Targets.All(target =>
        heard.GetValueOrDefault((target.Host, device.Record.Subnet)) is { Short: >= Rounds, Full: >= Rounds });

    private sealed record Opened(IProbeDevice Device, ProbedDevice Record, PhysicalAddress? Source, ImmutableArray<(string Host, PhysicalAddress Mac)> Targets);
}
