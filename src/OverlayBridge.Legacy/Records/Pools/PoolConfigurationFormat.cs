using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Records.Pools;

/// <summary>Spec §2.6. Maps with sorted names; only the parent is a struct.</summary>
internal static class PoolConfigurationFormat
{
    public static PoolConfigurationRecord Decode(string key, ReadOnlySpan<byte> value)
    {
        var record = RecordObject.Parse(key, value);
        var pools = ImmutableSortedDictionary.CreateBuilder<string, PoolEntry>(KeyOrder.Instance);
        foreach (var (name, pool) in record.Object("Subnets")?.Members ?? [])
            pools[name] = Pool(record.Nested(pool, $"Subnets.{name}"));
        return new PoolConfigurationRecord(record.RequiredString("Scope"), pools.ToImmutable());
    }

    public static ImmutableArray<byte> Encode(PoolConfigurationRecord record) => GoJsonWriter.ToBytes(json => json.Object(fields =>
    {
        fields.Name("Scope").String(record.Scope);
        fields.Name("Subnets").Object(pools =>
        {
            foreach (var (name, pool) in record.Pools)
                pools.Name(name).Object(item => Write(item, pool));
        });
    }));

    private static PoolEntry Pool(RecordObject pool) => new(
        pool.Object("ParentKey") is { } parent
            ? new PoolParent(parent.StructString("AddressSpace"), parent.StructString("Subnet"), parent.StructString("ChildSubnet"))
            : PoolParent.None,
        pool.CidrText("Pool"),
        pool.Object("Range") is { } range ? new PoolRange(range.UInt64("Start"), range.UInt64("End"), range.String("Sub")) : null,
        RefCount(pool));

    private static long RefCount(RecordObject pool)
    {
        if (pool.StructField("RefCount", JsonKind.Number) is not { } number)
            return 0;
        return long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count)
            ? count
            : throw pool.Fault(number, "RefCount is not a whole number of 64 bits.");
    }

    private static void Write(GoJsonWriter item, PoolEntry pool)
    {
        item.Name("ParentKey").Object(parent =>
        {
            parent.Name("AddressSpace").String(pool.Parent.AddressSpace);
            parent.Name("Subnet").String(pool.Parent.Subnet);
            parent.Name("ChildSubnet").String(pool.Parent.ChildSubnet);
        });
        if (pool.Pool is { } cidr)
            item.Name("Pool").String(cidr);
        if (pool.Range is { } range)
            item.Name("Range").Object(fields =>
            {
                fields.Name("End").Number(range.End);
                fields.Name("Start").Number(range.Start);
                fields.Name("Sub").String(range.Sub);
            });
        item.Name("RefCount").Number(pool.RefCount);
    }
}
