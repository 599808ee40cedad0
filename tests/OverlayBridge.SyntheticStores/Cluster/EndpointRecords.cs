using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Records.Endpoints;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>E as an engine writes it before and after the join.</summary>
internal static class EndpointRecords
{
    public static EndpointRecord Unjoined(SimulatedEndpoint endpoint, AttachPlan attach)
    {
        var container = endpoint.Container;
        bool bare = endpoint.Network.Plan.Internal || attach.OtherPublishes;
        string shortId = container.Id[..12];
        return new EndpointRecord
        {
            Id = endpoint.Id,
            Name = container.Name,
            Anonymous = container.Anonymous,
            Locator = container.Host,
            Aliases = [.. attach.Aliases.Append(shortId).Append(container.HostName ?? shortId).Distinct()],
            ExposedPorts = bare ? null : [.. container.Ports.Select(p => new TransportPort(p.Protocol, p.Port))],
            Generic = Generic(container, attach, bare),
            Interface = Interface(endpoint, attach),
        };
    }

    public static EndpointRecord Joined(SimulatedEndpoint endpoint, AttachPlan attach)
    {
        var unjoined = Unjoined(endpoint, attach);
        return unjoined with
        {
            Sandbox = endpoint.Container.Sandbox,
            JoinInfo = new JoinInfo(Routes(endpoint), false),
            Interface = unjoined.Interface! with { SourceName = attach.InterfaceName, DestinationPrefix = "eth" },
        };
    }

    private static EndpointInterface Interface(SimulatedEndpoint endpoint, AttachPlan attach)
    {
        var (v4, ordinal) = endpoint.Addresses[0];
        (HeldPool Pool, ulong Ordinal)? v6 = endpoint.Addresses.Length > 1 ? endpoint.Addresses[1] : null;
        byte[] mac = attach.Mac is { } own ? Convert.FromBase64String(own) : [0x02, 0x42, .. v4.Master.AddressOf(ordinal).GetAddressBytes()];
        return new EndpointInterface
        {
            Address = Pools.AddressIn(v4, ordinal),
            AddressV6 = v6 is { } second ? Pools.AddressIn(second.Pool, second.Ordinal) : null,
            Mac = string.Join(':', mac.Select(b => b.ToString("x2", CultureInfo.InvariantCulture))),
            SourceName = "",
            DestinationPrefix = "",
            V4PoolId = v4.Id.ToString(),
            V6PoolId = v6?.Pool.Id.ToString() ?? "",
        };
    }

    // One route to each other subnet, by the gateway of the endpoint's own.
    private static ImmutableArray<StaticRoute>? Routes(SimulatedEndpoint endpoint)
    {
        var subnets = endpoint.Network.Subnets;
        if (subnets.Length < 2)
            return null;
        string hop = subnets.First(s => s.Subnet == endpoint.Addresses[0].Pool.Id.Pool).Gateway.Split('/')[0];
        return
        [
            .. from subnet in subnets
               where subnet.Subnet != endpoint.Addresses[0].Pool.Id.Pool
               let parsed = Cidr.TryParse(subnet.Subnet, out var cidr) ? cidr : throw new FormatException(subnet.Subnet)
               select new StaticRoute(parsed.Address.ToString(), MaskOf(parsed), 0, hop),
        ];
    }

    private static string MaskOf(Cidr cidr) =>
        Convert.ToBase64String((~cidr.HostMask).ToAddress(isIPv6: false).GetAddressBytes());

    private static JsonValue Generic(ContainerPlan container, AttachPlan attach, bool bare)
    {
        var members = ImmutableArray.CreateBuilder<JsonMember>();
        if (!bare)
            members.Add(new("com.docker.network.endpoint.exposedports", JsonValue.Array([.. container.Ports.Select(p => Port(p.Protocol, p.Port))])));
        if (attach.Mac is { } mac)
            members.Add(new("com.docker.network.endpoint.macaddress", JsonValue.String(mac)));
        if (!bare)
            members.Add(new("com.docker.network.portmap", JsonValue.Array(
                [.. container.Ports.Where(p => p.HostPort is not null).Select(p => Binding(p.Protocol, p.Port, p.HostPort!.Value))])));
        return JsonValue.Object(members.ToImmutable());
    }

    private static JsonValue Port(byte protocol, ushort port) => JsonValue.Object(
        new JsonMember("Proto", JsonValue.Number(protocol)), new JsonMember("Port", JsonValue.Number(port)));

    private static JsonValue Binding(byte protocol, ushort port, ushort hostPort) => JsonValue.Object(
        new JsonMember("Proto", JsonValue.Number(protocol)), new JsonMember("IP", JsonValue.String("")),
        new JsonMember("Port", JsonValue.Number(port)), new JsonMember("HostIP", JsonValue.String("")),
        new JsonMember("HostPort", JsonValue.Number(hostPort)), new JsonMember("HostPortEnd", JsonValue.Number(hostPort)));
}
