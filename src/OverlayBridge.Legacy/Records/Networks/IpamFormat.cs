using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>The lists that N keeps as strings holding JSON, IPAMData being such a string once more.</summary>
internal static class IpamFormat
{
    public static ImmutableArray<IpamConfig> ReadConfigs(RecordObject network, string field) =>
        ReadList(network, field, static item => new IpamConfig(
            item.StructString("PreferredPool"), item.StructString("SubPool"), item.StructString("Gateway"),
            item.Map("AuxAddresses")));

    public static ImmutableArray<IpamInfo> ReadInfos(RecordObject network, string field)
    {
        int at = network.OffsetOf(field);
        return ReadList(network, field, item =>
        {
            string poolId = item.RequiredString("PoolID");
            var meta = item.Raw("Meta") is { Kind: JsonKind.Object } found ? found : null;
            if (item.NestedJson("IPAMData") is not { } json)
                return new IpamInfo(poolId, "", null, null, null, meta);
            var data = new RecordObject(network.Key, json, $"{field}.IPAMData", at);
            return new IpamInfo(poolId, data.RequiredString("AddressSpace"), data.CidrText("Pool"), data.CidrText("Gateway"),
                Checked(data, json), meta);
        });
    }

    public static string Write(ImmutableArray<IpamConfig> configs) => GoJsonWriter.ToText(writer =>
        writer.Array(configs, static (list, config) => list.Object(item =>
        {
            item.Name("PreferredPool").String(config.PreferredPool);
            item.Name("SubPool").String(config.SubPool);
            item.Name("Gateway").String(config.Gateway);
            item.Name("AuxAddresses").Map(config.AuxAddresses);
        })));

    public static string Write(ImmutableArray<IpamInfo> infos) => GoJsonWriter.ToText(writer =>
        writer.Array(infos, static (list, info) => list.Object(item =>
        {
            item.Name("IPAMData").String(GoJsonWriter.ToText(data => data.Object(d => WriteData(d, info))));
            if (info.Meta is { } meta)
                item.Name("Meta").Value(meta);
            item.Name("PoolID").String(info.PoolId);
        })));

    private static void WriteData(GoJsonWriter data, IpamInfo info)
    {
        data.Name("AddressSpace").String(info.AddressSpace);
        if (info.AuxAddresses is not null)
            data.Name("AuxAddresses").Map(info.AuxAddresses);
        if (info.Gateway is not null)
            data.Name("Gateway").String(info.Gateway);
        if (info.Pool is not null)
            data.Name("Pool").String(info.Pool);
    }

    private static ImmutableSortedDictionary<string, string>? Checked(RecordObject data, JsonValue json)
    {
        var aux = data.Map("AuxAddresses");
        foreach (var (name, text) in aux ?? ImmutableSortedDictionary<string, string>.Empty)
            if (!Cidr.TryParse(text, out _))
                throw data.Fault(json, $"the auxiliary address {name} is no address with a prefix length.");
        return aux;
    }

    private static ImmutableArray<T> ReadList<T>(RecordObject network, string field, Func<RecordObject, T> read)
    {
        if (network.NestedJson(field) is not { Kind: not JsonKind.Null } list)
            return [];
        int at = network.OffsetOf(field);
        if (list.Kind != JsonKind.Array)
            throw new RecordObject(network.Key, JsonValue.Object(), field, at).Fault(list, $"the string {field} does not hold a list.");
        return [.. list.Items.Select(item => read(new RecordObject(network.Key, item, field, at)))];
    }
}
