using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Puts pools together from P, B and the claims of networks and endpoints.</summary>
internal static class PoolViews
{
    /// <summary>Separate ranges of one bitmap that are looked at; a hostile one may have 2^63.</summary>
    public const int MostRanges = 100_000;

    /// <summary>Unclaimed ranges of all bitmaps together that are kept: a small file may have many hostile bitmaps.</summary>
    public const int MostUnclaimed = 10_000;

    /// <param name="held">Addresses that endpoints hold.</param>
    public static ImmutableArray<PoolView> Of(DecodedStore store, ImmutableArray<Cidr> fences, out int held)
    {
        var budget = new RangeBudget();
        var users = Users(store);
        Held[] pools =
        [
            .. store.Pools.Select(p => new Held(p.Key, p.Value.Id, p.Value.Subnet, p.Value.Entry, Bitmap(store, p.Value.Id))),
            .. store.Bitmaps.Where(b => !store.Pools.ContainsKey(b.Key))
                .Select(b => new Held(b.Key, b.Value.Id, b.Value.Subnet, null, Bitmap(store, b.Value.Id))),
        ];
        held = Claim(store, pools);
        Parallel.For(0, pools.Length, i => pools[i].Claimed.Sort(ByAddress));
        foreach (var pool in pools)
            pool.View = pool.Id.SubPool is null
                ? Master(pool, fences, [.. users.GetValueOrDefault(pool.Name) ?? []], budget)
                : SubPool(pool, [.. users.GetValueOrDefault(pool.Name) ?? []]);
        return [.. pools.Order(Comparer<Held>.Create(Held.Compare)).Select(pool => pool.View!)];
    }

    // Ids of the networks that name a pool, once per mention, in order.
    private static Dictionary<string, List<string>> Users(DecodedStore store)
    {
        var users = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (id, network) in store.Networks)
            if (network.Value is { } record)
                foreach (var info in record.IpamV4Info.Concat(record.IpamV6Info))
                    if (users.TryGetValue(info.PoolId, out var known))
                        known.Add(id);
                    else
                        users.Add(info.PoolId, [id]);
        return users;
    }

    private static BitSequence? Bitmap(DecodedStore store, PoolId id) =>
        store.Bitmaps.GetValueOrDefault(id.Master.ToString())?.Bitmap.Value?.Sequence;

    private static PoolView Master(Held held, ImmutableArray<Cidr> fences, ImmutableArray<string> networks, RangeBudget budget)
    {
        var (id, pool, bits, claimed) = (held.Id, held.Pool, held.Bits, held.Claimed);
        var (ranges, truncated) = bits is null ? ([], false) : Unclaimed(pool, bits, claimed, budget);
        var unclaimed = ranges.SelectMany(range => ByFence(pool, bits, range, fences)).ToList();
        ulong? used = bits?.CountSet();
        return new PoolView
        {
            Id = id.ToString(),
            Kind = PoolKind.Master,
            AddressSpace = id.AddressSpace,
            Subnet = id.Pool,
            IsIPv6 = held.Subnet.IsIPv6,
            Configured = held.Entry is not null,
            RefCount = held.Entry?.RefCount,
            NetworkIds = networks,
            Size = pool.Length,
            HasBitmap = bits is not null,
            Used = used,
            Free = bits?.Length - used,
            FreeCounter = bits?.Unselected,
            Unclaimed = bits is null ? null : Sum(unclaimed.Where(range => range.Owner == AddressOwner.Unknown)),
            Addresses = unclaimed.Count == 0 ? [.. claimed] : [.. claimed.Concat(unclaimed).OrderBy(a => a.Ordinal)],
            Truncated = truncated,
        };
    }

    private static PoolView SubPool(Held held, ImmutableArray<string> networks)
    {
        var (id, pool, bits) = (held.Id, held.Pool, held.Bits);
        var range = Parse(id.SubPool!);
        ulong first = pool.OrdinalOf(range.First) ?? 0, last = pool.OrdinalOf(range.Last) ?? pool.Length - 1;
        ulong? used = bits is null || first >= bits.Length ? null : bits.CountSet(first, Math.Min(last, bits.Length - 1));
        ulong size = last - first + 1;
        return new PoolView
        {
            Id = id.ToString(),
            Kind = PoolKind.SubPool,
            AddressSpace = id.AddressSpace,
            Subnet = id.Pool,
            Range = id.SubPool,
            MasterId = id.Master.ToString(),
            IsIPv6 = held.Subnet.IsIPv6,
            Configured = held.Entry is not null,
            RefCount = held.Entry?.RefCount,
            NetworkIds = networks,
            Size = size,
            HasBitmap = bits is not null,
            Used = used,
            Free = size - used,
        };
    }

    private static ulong Sum(IEnumerable<UsedAddress> ranges) => ranges.Aggregate(0ul, (sum, range) => sum + range.Count);

    private static int ByAddress(UsedAddress a, UsedAddress b) =>
        a.Ordinal.CompareTo(b.Ordinal) is not 0 and var ordinal ? ordinal
        : a.Owner.CompareTo(b.Owner) is not 0 and var owner ? owner
        : KeyOrder.Instance.Compare(a.Name, b.Name) is not 0 and var name ? name
        : KeyOrder.Instance.Compare(a.EndpointId, b.EndpointId) is not 0 and var endpoint ? endpoint
        : KeyOrder.Instance.Compare(a.NetworkId, b.NetworkId);

    // Files every claim with its pool, if that is there; gives the number of all that endpoints make.
    private static int Claim(DecodedStore store, Held[] pools)
    {
        var masters = pools.Where(pool => pool.Id.SubPool is null).ToDictionary(pool => pool.Name, StringComparer.Ordinal);
        foreach (var pool in masters.Values)
            pool.Reserve();
        int held = 0;
        foreach (var claim in AddressClaim.AllOf(store))
        {
            held += claim.Owner == AddressOwner.Endpoint ? 1 : 0;
            if (masters.TryGetValue(claim.MasterId, out var master) && claim.Address.IsIPv6 == master.Pool.Network.IsIPv6 &&
                master.Pool.OrdinalOf(claim.Address.Bits) is { } ordinal)
                master.Claimed.Add(Used(master, ordinal, claim));
        }
        return held;
    }

    private static (List<UsedAddress> Ranges, bool Truncated) Unclaimed(
        AddressPool pool, BitSequence bits, List<UsedAddress> claimed, RangeBudget budget)
    {
        var unclaimed = new List<UsedAddress>();
        int next = 0, seen = 0;
        foreach (var range in bits.SetRanges())
        {
            if (seen++ == MostRanges)
                return (unclaimed, true);
            int before = unclaimed.Count;
            ulong from = range.First;
            while (next < claimed.Count && claimed[next].Ordinal < range.First)
                next++;
            for (; next < claimed.Count && claimed[next].Ordinal <= range.Last; from = claimed[next++].Ordinal + 1)
                if (claimed[next].Ordinal > from)
                    unclaimed.Add(Used(pool, from, claimed[next].Ordinal - 1, AddressOwner.Unknown, bits));
            if (from <= range.Last)
                unclaimed.Add(Used(pool, from, range.Last, AddressOwner.Unknown, bits));
            if (unclaimed.Count > before && !budget.Take(unclaimed.Count - before))
            {
                unclaimed.RemoveRange(before, unclaimed.Count - before);
                return (unclaimed, true);
            }
        }
        return (unclaimed, false);
    }

    // Cuts a range at the ends of the fences in it.
    private static IEnumerable<UsedAddress> ByFence(
        AddressPool pool, BitSequence? bits, UsedAddress range, ImmutableArray<Cidr> fences)
    {
        ulong from = range.Ordinal, last = range.Ordinal + (range.Count - 1);
        foreach (var fence in fences.Where(pool.Network.Contains).Order())
        {
            ulong first = Math.Max(from, (ulong)(fence.First - pool.Network.First));
            ulong end = Math.Min(last, pool.OrdinalOf(fence.Last) ?? last);
            if (first > end)
                continue;
            if (first > from)
                yield return Used(pool, from, first - 1, AddressOwner.Unknown, bits);
            yield return Used(pool, first, end, AddressOwner.Fence, bits);
            from = end + 1;
        }
        if (from <= last)
            yield return Used(pool, from, last, AddressOwner.Unknown, bits);
    }

    private sealed class RangeBudget
    {
        private int _left = MostUnclaimed;

        /// <summary>Whether so many more may be kept.</summary>
        public bool Take(int count) => (_left -= count) >= 0;
    }

    private static UsedAddress Used(AddressPool pool, ulong first, ulong last, AddressOwner owner, BitSequence? bits) =>
        new(pool, first, last, owner, bits is null ? null : first < bits.Length && bits.IsSet(first), null);

    private static UsedAddress Used(Held pool, ulong ordinal, AddressClaim claim)
    {
        var used = new UsedAddress(
            pool.Pool, ordinal, ordinal, claim.Owner, pool.Bits is null ? null : ordinal < pool.Bits.Length && pool.Bits.IsSet(ordinal), claim.Endpoint);
        return claim.Endpoint is not null ? used : used with { Name = claim.Name.Length > 0 ? claim.Name : null, NetworkId = claim.NetworkId };
    }

    private static Cidr Parse(string text) => Cidr.TryParse(text, out var cidr) ? cidr : default;

    // A pool, or a bitmap without one, on its way to a view.
    private sealed class Held(string name, PoolId id, Cidr subnet, PoolEntry? entry, BitSequence? bits)
    {
        private readonly Cidr _range = Parse(id.SubPool ?? id.Pool);

        public string Name => name;

        public PoolId Id => id;

        public Cidr Subnet => subnet;

        public PoolEntry? Entry => entry;

        /// <summary>Those of the master.</summary>
        public BitSequence? Bits => bits;

        public AddressPool Pool { get; } = new(subnet);

        public List<UsedAddress> Claimed { get; } = [];

        public PoolView? View { get; set; }

        /// <summary>What is taken without any record.</summary>
        public void Reserve()
        {
            Claimed.Add(Used(Pool, 0, 0, AddressOwner.Network, bits));
            if (Pool.Broadcast is > 0 and var broadcast)
                Claimed.Add(Used(Pool, broadcast, broadcast, AddressOwner.Broadcast, bits));
        }

        public static int Compare(Held a, Held b) =>
            KeyOrder.Instance.Compare(a.Id.AddressSpace, b.Id.AddressSpace) is not 0 and var space ? space
            : a.Subnet.CompareTo(b.Subnet) is not 0 and var pool ? pool
            : (a.Id.SubPool is null ? 0 : 1) - (b.Id.SubPool is null ? 0 : 1) is not 0 and var kind ? kind
            : a._range.CompareTo(b._range) is not 0 and var range ? range
            : KeyOrder.Instance.Compare(a.Id.ToString(), b.Id.ToString());
    }
}
