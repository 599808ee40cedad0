using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Docker.DotNet.Models;

namespace OverlayBridge.Engines.Docker;

/// <summary>
/// The engine's answers to our records. Fields that an engine leaves out or fills with nonsense cost no more than the
/// part they stand in: an endpoint without an address is no endpoint, a subnet that is none is left out.
/// </summary>
internal static class DockerModels
{
    private const string VxlanIds = "com.docker.network.driver.overlay.vxlanid_list";
    private const int ShortIdLength = 12;
    private const int ContainerIdLength = 64;

    public static EngineInfo Info(SystemInfoResponse info) => new(
        info.ID ?? "", info.Name ?? "", info.ServerVersion ?? "", info.Swarm?.NodeID ?? "",
        info.Swarm?.LocalNodeState is { Length: > 0 } state ? state : "inactive", info.Swarm?.ControlAvailable ?? false)
    {
        SwarmNodes = (int)Math.Clamp(info.Swarm?.Nodes ?? 0, 0, int.MaxValue),
    };

    public static EngineContainer Container(ContainerListResponse container) => new(
        container.ID,
        Name(container.Names?.FirstOrDefault(static n => n.LastIndexOf('/') == 0)),
        container.Image ?? "",
        container.State ?? "",
        Labels(container.Labels),
        Endpoints(container.ID, IsLive(container.State), container.NetworkSettings?.Networks));

    public static EngineContainer Container(ContainerInspectResponse container) => new(
        container.ID,
        Name(container.Name),
        container.Config?.Image ?? container.Image ?? "",
        container.State?.Status ?? "",
        Labels(container.Config?.Labels),
        Endpoints(container.ID, IsLive(container.State?.Status), container.NetworkSettings?.Networks))
    {
        Dns = [.. container.HostConfig?.DNS ?? []],
    };

    /// <summary>A container with what it keeps while it does not run.</summary>
    public static ContainerDetail Detail(ContainerInspectResponse container) => new(
        container.ID,
        Name(container.Name),
        container.Config?.Image ?? container.Image ?? "",
        container.State?.Status ?? "",
        container.HostConfig?.NetworkMode ?? "",
        (int)(container.State?.Pid ?? 0),
        container.Config?.StopTimeout,
        container.HostConfig?.Init ?? false,
        Labels(container.Config?.Labels),
        [
            .. (container.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>())
                .Where(static n => n.Value is not null).OrderBy(static n => n.Key, StringComparer.Ordinal).Select(n => Attachment(container.ID, IsLive(container.State?.Status), n.Key, n.Value)),
        ],
        [.. (container.Mounts ?? []).Select(static m => new ContainerMount(m.Type ?? "", m.Name is { Length: > 0 } name ? name : m.Source ?? "", m.Destination ?? ""))])
    {
        Dns = [.. container.HostConfig?.DNS ?? []],
        RestartsByItself = container.HostConfig?.RestartPolicy?.Name is RestartPolicyKind.Always or RestartPolicyKind.UnlessStopped,
        StartError = container.State?.Error ?? "",
    };

    public static SwarmNode Node(NodeListResponse node) => new(
        node.ID, node.Description?.Hostname ?? "", node.Status?.State ?? "", node.ManagerStatus?.Addr ?? "", node.ManagerStatus?.Leader ?? false,
        node.CreatedAt is { } created ? created.ToUniversalTime() : DateTimeOffset.MaxValue);

    public static CreateContainerParameters Create(OwnContainer container) => new()
    {
        Name = container.Name,
        Image = container.Image,
        Cmd = [.. container.Command],
        StopSignal = container.StopSignal,
        Labels = container.Labels.ToDictionary(),
        HostConfig = new HostConfig
        {
            NetworkMode = container.Network,
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.Always },
            ReadonlyRootfs = true,
            CapDrop = ["ALL"],
        },
    };

    /// <param name="isLive">An engine that was killed while a container ended still shows what that one had; it holds nothing of it.</param>
    private static ContainerAttachment Attachment(string containerId, bool isLive, string network, EndpointSettings settings) => new(
        network,
        settings.NetworkID ?? "",
        isLive ? settings.EndpointID ?? "" : "",
        isLive && IPAddress.TryParse(settings.IPAddress, out var address) ? address : null,
        isLive && PhysicalAddress.TryParse(settings.MacAddress, out var mac) && mac.GetAddressBytes().Length > 0 ? mac : null,
        IPAddress.TryParse(settings.IPAMConfig?.IPv4Address, out var wanted) ? wanted : null,
        AliasesOf(containerId, settings));

    private static ImmutableArray<string> AliasesOf(string containerId, EndpointSettings settings)
    {
        var shortId = containerId[..Math.Min(ShortIdLength, containerId.Length)];
        return [.. (settings.Aliases ?? []).Where(alias => alias != shortId).Distinct()];
    }

    /// <summary>Containers with an IPv4 address; what is none, such as swarm's ingress sandbox, has no id of 64 digits.</summary>
    public static ImmutableArray<EngineMember> Members(NetworkResponse network) =>
    [
        .. from pair in network.Containers ?? new Dictionary<string, EndpointResource>()
           where pair.Key.Length == ContainerIdLength && pair.Value?.IPv4Address is not null
           let address = IPAddress.TryParse(pair.Value.IPv4Address.Split('/')[0], out var parsed) ? parsed : null
           where address is not null
           select new EngineMember(pair.Key, address),
    ];

    public static EngineNetwork Network(NetworkResponse network)
    {
        var pools = network.IPAM?.Config ?? [];
        return new(
            network.ID,
            network.Name ?? "",
            network.Driver ?? "",
            network.Scope ?? "",
            network.Attachable,
            [.. pools.Select(static p => Subnet(p.Subnet)).OfType<IPNetwork>()],
            pools.Select(static p => IPAddress.TryParse(p.Gateway, out var gateway) ? gateway : null).FirstOrDefault(static g => g is not null),
            VxlanIdsOf(network.Options),
            new DateTimeOffset(DateTime.SpecifyKind(network.Created.ToUniversalTime(), DateTimeKind.Utc)))
        {
            Labels = (network.Labels ?? new Dictionary<string, string>()).ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    public static NetworksCreateParameters Create(NetworkSpec network) => new()
    {
        Name = network.Name,
        Driver = network.Driver,
        Attachable = network.Attachable,
        Internal = network.Internal,
        IPAM = new IPAM
        {
            Driver = "default",
            Config = [.. network.Pools.Select(Pool)],
        },
        Options = network.Options.ToDictionary(),
        Labels = network.Labels.ToDictionary(),
    };

    /// <summary>A subscription to what may change a view. Without the filter the health checks alone make three events each.</summary>
    public static ContainerEventsParameters Events(DateTimeOffset since) => new()
    {
        Since = since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        Filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["type"] = Set("container", "network"),
            ["event"] = Set("create", "start", "die", "pause", "unpause", "rename", "destroy", "connect", "disconnect", "remove"),
        },
    };

    /// <summary>Null for an event that concerns neither a container nor a network.</summary>
    public static EngineEvent? Event(Message message)
    {
        if (message.Action is not { Length: > 0 } action || message.Actor?.ID is not { Length: > 0 } id)
            return null;
        return message.Type switch
        {
            "container" => new EngineEvent(action, id, null),
            "network" => new EngineEvent(action, message.Actor.Attributes?.TryGetValue("container", out var container) == true ? container : null, id),
            _ => null,
        };
    }

    /// <summary>What is not said is left out, and the engine chooses.</summary>
    private static IPAMConfig Pool(PoolSpec spec)
    {
        var pool = new IPAMConfig { Subnet = spec.Subnet.ToString() };
        if (spec.IpRange is { } range)
            pool.IPRange = range.ToString();
        if (spec.Gateway is { } gateway)
            pool.Gateway = gateway.ToString();
        return pool;
    }

    private static Dictionary<string, bool> Set(params string[] values) => values.ToDictionary(static v => v, static _ => true);

    private static bool IsLive(string? state) => state is "running" or "paused";

    private static string Name(string? name) => (name ?? "").TrimStart('/');

    private static ImmutableSortedDictionary<string, string> Labels(IDictionary<string, string>? labels) =>
        labels is null
            ? ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal)
            : labels.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static ImmutableArray<EngineEndpoint> Endpoints(string containerId, bool live, IDictionary<string, EndpointSettings>? networks)
    {
        if (!live || networks is null)
            return [];
        return
        [
            .. networks.Select(n => Endpoint(containerId, n.Key, n.Value)).OfType<EngineEndpoint>()
                .OrderBy(static e => e.NetworkId, StringComparer.Ordinal),
        ];
    }

    private static EngineEndpoint? Endpoint(string containerId, string networkName, EndpointSettings? settings)
    {
        if (settings is null || string.IsNullOrEmpty(settings.NetworkID) || string.IsNullOrEmpty(settings.EndpointID) ||
            !IPAddress.TryParse(settings.IPAddress, out var address) ||
            !PhysicalAddress.TryParse(settings.MacAddress, out var mac))
            return null;
        var hasIpv6 = IPAddress.TryParse(settings.GlobalIPv6Address, out var ipv6);
        return new EngineEndpoint(
            settings.NetworkID, networkName, settings.EndpointID, address, (int)settings.IPPrefixLen, mac,
            AliasesOf(containerId, settings),
            hasIpv6 ? ipv6 : null, hasIpv6 ? (int)settings.GlobalIPv6PrefixLen : 0);
    }

    /// <summary>Host bits are cut off: engines take <c>10.0.0.5/24</c> as a subnet and show it as it was given.</summary>
    private static IPNetwork? Subnet(string? text)
    {
        if (text?.Split('/') is not [var start, var length] || !IPAddress.TryParse(start, out var address) ||
            !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix))
            return null;
        var bytes = address.GetAddressBytes();
        if (prefix > bytes.Length * 8)
            return null;
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xFF << (8 - Math.Clamp(prefix - i * 8, 0, 8)));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private static ImmutableArray<uint> VxlanIdsOf(IDictionary<string, string>? options) =>
        options is not null && options.TryGetValue(VxlanIds, out var list)
            ? [.. list.Split(',', StringSplitOptions.TrimEntries).Select(static v => uint.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var vni) ? vni : (uint?)null).OfType<uint>()]
            : [];
}
