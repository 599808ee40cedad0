using System.Collections.Immutable;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>Spec §2.1. A map on the engines' side: names sorted.</summary>
internal static class NetworkFormat
{
    // What Go prints for a time that was never set.
    private const string ZeroTime = "0001-01-01T00:00:00Z";

    public static NetworkRecord Decode(string key, ReadOnlySpan<byte> value)
    {
        var network = RecordObject.Parse(key, value);
        return new NetworkRecord
        {
            Name = network.RequiredString("name"),
            Id = network.RequiredString("id"),
            NetworkType = network.RequiredString("networkType"),
            EnableIPv6 = network.RequiredBoolean("enableIPv6"),
            Created = network.Raw("created") is { Kind: JsonKind.String } created ? created.Text : null,
            Scope = network.String("scope"),
            Persist = network.Boolean("persist"),
            AddressSpace = network.String("addrSpace"),
            IpamType = network.String("ipamType", "default"),
            IpamOptions = network.Map("ipamOptions"),
            Labels = network.Map("labels"),
            IpamV4Config = IpamFormat.ReadConfigs(network, "ipamV4Config"),
            IpamV6Config = IpamFormat.ReadConfigs(network, "ipamV6Config"),
            IpamV4Info = IpamFormat.ReadInfos(network, "ipamV4Info"),
            IpamV6Info = IpamFormat.ReadInfos(network, "ipamV6Info"),
            Generic = Generic(network),
            Internal = network.Boolean("internal"),
            Attachable = network.Boolean("attachable"),
            InDelete = network.Boolean("inDelete"),
            Ingress = network.Boolean("ingress"),
            ConfigOnly = network.Boolean("configOnly"),
            PostIPv6 = network.Boolean("postIPv6"),
            ConfigFrom = network.String("configFrom"),
            LoadBalancerIP = network.String("loadBalancerIP"),
            LoadBalancerMode = network.String("loadBalancerMode", "NAT"),
        };
    }

    public static ImmutableArray<byte> Encode(NetworkRecord network) => GoJsonWriter.ToBytes(json => json.Object(fields =>
    {
        fields.Name("addrSpace").String(network.AddressSpace);
        fields.Name("attachable").Boolean(network.Attachable);
        fields.Name("configFrom").String(network.ConfigFrom);
        fields.Name("configOnly").Boolean(network.ConfigOnly);
        fields.Name("created").String(network.Created ?? ZeroTime);
        fields.Name("enableIPv6").Boolean(network.EnableIPv6);
        if (network.Generic is { } generic)
            fields.Name("generic").Value(generic);
        fields.Name("id").String(network.Id);
        fields.Name("inDelete").Boolean(network.InDelete);
        fields.Name("ingress").Boolean(network.Ingress);
        fields.Name("internal").Boolean(network.Internal);
        WriteIpam(fields, network);
        fields.Name("labels").Map(network.Labels);
        fields.Name("loadBalancerIP").String(network.LoadBalancerIP);
        fields.Name("loadBalancerMode").String(network.LoadBalancerMode);
        fields.Name("name").String(network.Name);
        fields.Name("networkType").String(network.NetworkType);
        fields.Name("persist").Boolean(network.Persist);
        fields.Name("postIPv6").Boolean(network.PostIPv6);
        fields.Name("scope").String(network.Scope);
    }));

    private static void WriteIpam(GoJsonWriter fields, NetworkRecord network)
    {
        fields.Name("ipamOptions").Map(network.IpamOptions);
        fields.Name("ipamType").String(network.IpamType);
        if (!network.IpamV4Config.IsEmpty)
            fields.Name("ipamV4Config").String(IpamFormat.Write(network.IpamV4Config));
        if (!network.IpamV4Info.IsEmpty)
            fields.Name("ipamV4Info").String(IpamFormat.Write(network.IpamV4Info));
        if (!network.IpamV6Config.IsEmpty)
            fields.Name("ipamV6Config").String(IpamFormat.Write(network.IpamV6Config));
        if (!network.IpamV6Info.IsEmpty)
            fields.Name("ipamV6Info").String(IpamFormat.Write(network.IpamV6Info));
    }

    private static JsonValue? Generic(RecordObject network)
    {
        if (network.Object("generic") is null)
            return null;
        return network.Raw("generic");
    }
}
