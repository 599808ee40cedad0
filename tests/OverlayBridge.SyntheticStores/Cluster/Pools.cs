using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>A pool that a network has: the whole master, or a range of it.</summary>
internal sealed record HeldPool(PoolId Id, AddressPool Master, ulong First, ulong Last)
{
    public bool IsIPv6 => Master.Network.IsIPv6;
}

/// <summary>The engines' own IPAM: P and all B.</summary>
internal sealed class Pools(StoreKeys keys, string root)
{
    private const string Space = "GlobalDefault";

    private readonly SortedDictionary<string, PoolEntry> _pools = new(KeyOrder.Instance);
    private readonly Dictionary<string, BitSequence> _bits = [];
    private int _writes;

    /// <summary>Takes a pool: P, and B with its reserved ordinals when the master is new.</summary>
    public HeldPool Request(PoolPlan plan)
    {
        var master = new AddressPool(plan.Master);
        var masterId = new PoolId(Space, Text(plan.Master));
        var held = plan.Range is { } range
            ? new HeldPool(masterId with { SubPool = Text(range) }, master, master.OrdinalOf(range.First)!.Value, master.OrdinalOf(range.Last)!.Value)
            : new HeldPool(masterId, master, 0, master.Length - 1);
        Refer(held, masterId);
        if (!_bits.ContainsKey(masterId.ToString()))
            Create(masterId, master);
        return held;
    }

    /// <summary>Drops a pool: P, and B with the master's last user.</summary>
    public void Release(HeldPool pool)
    {
        foreach (string id in new[] { pool.Id.ToString(), pool.Id.Master.ToString() }.Distinct())
            if (_pools[id] is { RefCount: > 1 } shared)
                _pools[id] = shared with { RefCount = shared.RefCount - 1 };
            else
                _pools.Remove(id);
        WriteConfiguration();
        if (_pools.ContainsKey(pool.Id.Master.ToString()))
            return;
        _bits.Remove(pool.Id.Master.ToString());
        keys.Delete(KeyOf(pool.Id));
    }

    /// <summary>The first free address of the pool, or one that was asked for; null when there is none.</summary>
    public ulong? Take(HeldPool pool, ulong? ordinal = null)
    {
        var bits = _bits[pool.Id.Master.ToString()];
        ulong? free = ordinal is { } asked ? (bits.IsSet(asked) ? null : asked) : bits.FirstFree(pool.First, pool.Last);
        if (free is { } taken)
            Write(pool.Id, bits.Set(taken));
        return free;
    }

    public void Free(HeldPool pool, ulong ordinal) => Write(pool.Id, _bits[pool.Id.Master.ToString()].Clear(ordinal));

    public bool IsFree(HeldPool pool, ulong ordinal) => !_bits[pool.Id.Master.ToString()].IsSet(ordinal);

    /// <summary>An address with the master's length, as records have it.</summary>
    public static string AddressIn(HeldPool pool, ulong ordinal) => $"{pool.Master.AddressOf(ordinal)}/{pool.Master.Network.Length}";

    public static string Text(Cidr cidr) => $"{cidr.Address}/{cidr.Length}";

    private void Refer(HeldPool held, PoolId masterId)
    {
        string id = held.Id.ToString();
        _pools[masterId.ToString()] = _pools.TryGetValue(masterId.ToString(), out var before)
            ? before with { RefCount = before.RefCount + 1 }
            : new PoolEntry(PoolParent.None, masterId.Pool, null, 1);
        if (held.Id.SubPool is { } range)
            _pools.Add(id, new PoolEntry(new PoolParent(Space, masterId.Pool, ""), masterId.Pool, new PoolRange(held.First, held.Last, range), 1));
        WriteConfiguration();
    }

    private void Create(PoolId id, AddressPool master)
    {
        Write(id, BitSequence.Create(master.Length));
        Write(id, _bits[id.ToString()].Set(0));
        if (master.Broadcast is { } last)
            Write(id, _bits[id.ToString()].Set(last));
    }

    private void Write(PoolId id, BitSequence bits)
    {
        string name = id.Master.ToString();
        _bits[name] = bits;
        keys.Put(KeyOf(id), () => RecordFormats.Bitmap.Encode(new BitmapRecord(name, bits)));
    }

    // "global" is written once; the engine forgets it when it reads.
    private void WriteConfiguration()
    {
        string scope = _writes++ == 0 ? "global" : "";
        keys.Put($"{root}ipam/default/config/{Space}/", () =>
            RecordFormats.PoolConfiguration.Encode(new PoolConfigurationRecord(scope, _pools.ToImmutableSortedDictionary(KeyOrder.Instance))));
    }

    private string KeyOf(PoolId id) => $"{root}ipam/default/data/{id.Master}/";
}
