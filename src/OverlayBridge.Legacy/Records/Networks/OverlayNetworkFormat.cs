using System.Collections.Immutable;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>Spec §2.5; up to Docker 1.11 the record was the bare list of subnets (§9).</summary>
internal static class OverlayNetworkFormat
{
    public static OverlayNetworkRecord Decode(string key, ReadOnlySpan<byte> value)
    {
        var json = JsonParser.Parse(key, value);
        if (json.Kind == JsonKind.Array)
            return new OverlayNetworkRecord(0, false, Subnets(new RecordObject(key, JsonValue.Object()), json));
        var network = new RecordObject(key, json);
        return new OverlayNetworkRecord(network.UInt64("mtu"), network.Boolean("secure"),
            network.Raw("subnets") is { Kind: not JsonKind.Null } list ? Subnets(network, list) : []);
    }

    public static ImmutableArray<byte> Encode(OverlayNetworkRecord network) => GoJsonWriter.ToBytes(json => json.Object(fields =>
    {
        fields.Name("mtu").Number(network.Mtu);
        fields.Name("secure").Boolean(network.Secure);
        fields.Name("subnets").Array(network.Subnets, static (list, subnet) => list.Object(item =>
        {
            item.Name("SubnetIP").String(subnet.Subnet);
            item.Name("GwIP").String(subnet.Gateway);
            item.Name("Vni").Number(subnet.Vni);
        }));
    }));

    private static ImmutableArray<OverlaySubnet> Subnets(RecordObject network, JsonValue list)
    {
        if (list.Kind != JsonKind.Array)
            throw network.Fault(list, "subnets is not a JSON array.");
        return [.. list.Items.Select(item => network.Nested(item, "subnets")).Select(item => new OverlaySubnet(
            item.StructString("SubnetIP"), item.StructString("GwIP"), (uint)item.StructUInt64("Vni", uint.MaxValue)))];
    }
}
