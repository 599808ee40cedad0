using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>Spec §2.3 and §2.4. Maps on the engines' side, names sorted; ports and routes are structs in fixed order.</summary>
internal static class EndpointFormat
{
    private const string PortMapField = "com.docker.network.portmap";
    private const string ExposedPortsField = "com.docker.network.endpoint.exposedports";

    // The engines die over a null or another type in these of "generic".
    private static readonly string[] ListFields = [PortMapField, ExposedPortsField];

    public static EndpointRecord Decode(string key, ReadOnlySpan<byte> value)
    {
        var endpoint = RecordObject.Parse(key, value);
        return new EndpointRecord
        {
            Name = endpoint.RequiredString("name"),
            Id = endpoint.RequiredString("id"),
            Interface = endpoint.Object("ep_iface") is { } face ? InterfaceFormat.Read(face) : null,
            JoinInfo = endpoint.Object("joinInfo") is { } join ? JoinInfoFormat.Read(join) : null,
            Sandbox = endpoint.String("sandbox"),
            Locator = endpoint.String("locator"),
            Anonymous = endpoint.Boolean("anonymous"),
            DisableResolution = endpoint.Boolean("disableResolution"),
            Aliases = endpoint.Strings("myAliases"),
            ExposedPorts = Ports(endpoint.Raw("exposed_ports")),
            Generic = Generic(endpoint),
            LoadBalancer = endpoint.Boolean("loadBalancer"),
            ServiceName = endpoint.String("svcName"),
            ServiceId = endpoint.String("svcID"),
            ServiceAliases = endpoint.Strings("svcAliases"),
            IngressPorts = endpoint.Raw("ingressPorts") ?? JsonValue.Null,
            VirtualIP = endpoint.String("virtualIP", "<nil>"),
        };
    }

    public static ImmutableArray<byte> Encode(EndpointRecord endpoint) => GoJsonWriter.ToBytes(json => json.Object(fields =>
    {
        fields.Name("anonymous").Boolean(endpoint.Anonymous);
        fields.Name("disableResolution").Boolean(endpoint.DisableResolution);
        InterfaceFormat.Write(fields.Name("ep_iface"), endpoint.Interface);
        WritePorts(fields.Name("exposed_ports"), endpoint.ExposedPorts);
        if (endpoint.Generic is { } generic)
            WriteGeneric(fields.Name("generic"), generic);
        fields.Name("id").String(endpoint.Id);
        fields.Name("ingressPorts").Value(endpoint.IngressPorts);
        JoinInfoFormat.Write(fields.Name("joinInfo"), endpoint.JoinInfo);
        fields.Name("loadBalancer").Boolean(endpoint.LoadBalancer);
        fields.Name("locator").String(endpoint.Locator);
        fields.Name("myAliases").Strings(endpoint.Aliases);
        fields.Name("name").String(endpoint.Name);
        fields.Name("sandbox").String(endpoint.Sandbox);
        fields.Name("svcAliases").Strings(endpoint.ServiceAliases);
        fields.Name("svcID").String(endpoint.ServiceId);
        fields.Name("svcName").String(endpoint.ServiceName);
        fields.Name("virtualIP").String(endpoint.VirtualIP);
    }));

    /// <summary>Whether the engines read a field of "generic" as a list.</summary>
    public static bool IsList(ReadOnlySpan<byte> name) => Ascii.Equals(name, PortMapField) || Ascii.Equals(name, ExposedPortsField);

    public static ImmutableArray<PortBinding> PortMap(JsonText generic)
    {
        if (generic.Find(PortMapField) is not { Kind: JsonKind.Array, Items.IsEmpty: false } list)
            return [];
        return
        [
            .. list.Items.Where(i => i.Kind == JsonKind.Object).Select(i => new PortBinding(
                (byte)Whole(i, "Proto", byte.MaxValue), Text(i, "IP"), (ushort)Whole(i, "Port", ushort.MaxValue),
                Text(i, "HostIP"), (ushort)Whole(i, "HostPort", ushort.MaxValue), (ushort)Whole(i, "HostPortEnd", ushort.MaxValue))),
        ];
    }

    private static JsonValue? Generic(RecordObject endpoint)
    {
        if (endpoint.Raw("generic") is not { } generic)
            return null;
        var fields = endpoint.Nested(generic, "generic");
        foreach (string name in ListFields)
            if (fields.Raw(name) is { Kind: not JsonKind.Array } other)
                throw fields.Fault(other, $"generic.{name} is not a JSON array.");
        return generic;
    }

    // Ports are structs to the engines, everything else in "generic" a map: so only these keep the order of their fields.
    private static void WriteGeneric(GoJsonWriter json, JsonValue generic) => json.Object(fields =>
    {
        var members = new SortedDictionary<string, JsonValue>(KeyOrder.Instance);
        foreach (var member in generic.Members)
            members[member.Name] = member.Value;
        foreach (var (name, value) in members)
        {
            fields.Name(name);
            if (name == PortMapField && value.Items.All(i => i.Kind == JsonKind.Object))
                fields.Array(PortMap(new JsonText(generic)), WriteBinding);
            else if (name == ExposedPortsField && Ports(value) is { } ports)
                WritePorts(fields, ports);
            else
                fields.Value(value);
        }
    });

    private static void WriteBinding(GoJsonWriter list, PortBinding port) => list.Object(item =>
    {
        item.Name("Proto").Number((ulong)port.Protocol);
        item.Name("IP").String(port.IP);
        item.Name("Port").Number((ulong)port.Port);
        item.Name("HostIP").String(port.HostIP);
        item.Name("HostPort").Number((ulong)port.HostPort);
        item.Name("HostPortEnd").Number((ulong)port.HostPortEnd);
    });

    private static void WritePorts(GoJsonWriter json, ImmutableArray<TransportPort>? ports)
    {
        if (ports is not { } list)
            json.Null();
        else
            json.Array(list, static (writer, port) => writer.Object(item =>
            {
                item.Name("Proto").Number((ulong)port.Protocol);
                item.Name("Port").Number((ulong)port.Port);
            }));
    }

    // Wrong content is ignored by the engines.
    private static ImmutableArray<TransportPort>? Ports(JsonValue? list)
    {
        if (list is not { Kind: JsonKind.Array } || list.Items.Any(i => i.Kind != JsonKind.Object))
            return null;
        return
        [
            .. list.Items.Select(i =>
                new TransportPort((byte)Whole(i, "Proto", byte.MaxValue), (ushort)Whole(i, "Port", ushort.MaxValue))),
        ];
    }

    private static string Text(JsonValue item, string name) =>
        item.FindWithoutCase(name) is { Kind: JsonKind.String } text ? text.Text : "";

    private static ulong Whole(JsonValue item, string name, ulong most) =>
        item.FindWithoutCase(name) is { Kind: JsonKind.Number } number &&
        ulong.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= most ? value : 0;
}
