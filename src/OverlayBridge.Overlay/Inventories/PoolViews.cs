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
        var users = Users(store).ToLookup(u => u.PoolId, u => u.NetworkId);
        var listed = store.Pools.Select(p => (Name: p.Key, p.Value.Id, p.Value.Subnet, Entry: (PoolEntry?)p.Value.Entry));
        var unlisted = store.Bitmaps.Where(b => !store.Pools.ContainsKey(b.Key))
            .Select(b => (Name: b.Key, b.Value.Id, b.Value.Subnet, Entry: (PoolEntry?)null));
        var pools = listed.Concat(unlisted).ToArray();
        var claimed = new List<UsedAddress>[pools.Length];
        var masters = new Dictionary<string, (AddressPool Pool, BitSequence? Bits, List<UsedAddress> Claimed)>(StringComparer.Ordinal);
        for (int i = 0; i < pools.Length; i++)
            if (pools[i].Id.SubPool is null)
            {
                var bits = Bitmap(store, pools[i].Id);
                masters.TryAdd(pools[i].Name, (new AddressPool(pools[i].Subnet), bits, claimed[i] = Reserved(new AddressPool(pools[i].Subnet), bits)));
            }
        held = Claim(store, masters);
        Parallel.For(0, pools.Length, i => claimed[i] = claimed[i] is { } list ? [.. list.Order(ByAddress)] : []);
        return
        [
            .. pools.Select((p, i) => p.Id.SubPool is null
                    ? Master(p.Id, p.Subnet, p.Entry, Bitmap(store, p.Id), claimed[i], fences, [.. users[p.Name]], budget)
                    : SubPool(p.Id, p.Subnet, p.Entry, Bitmap(store, p.Id), [.. users[p.Name]]))
                .Select(view => (View: view, Subnet: Parse(view.Subnet), Range: Parse(view.Range ?? view.Subnet)))
                .OrderBy(p => p.View.AddressSpace, KeyOrder.Instance).ThenBy(p => p.Subnet).ThenBy(p => p.View.Kind)
                .ThenBy(p => p.Range).ThenBy(p => p.View.Id, KeyOrder.Instance).Select(p => p.View),
        ];
    }

    private static IEnumerable<(string PoolId, string NetworkId)> Users(DecodedStore store) =>
        from network in store.Networks
        let record = network.Value.Value
        where record is not null
        from info in record.IpamV4Info.Concat(record.IpamV6Info)
        select (info.PoolId, network.Key);

    private static BitSequence? Bitmap(DecodedStore store, PoolId id) =>
        store.Bitmaps.GetValueOrDefault(id.Master.ToString()).Bitmap?.Value?.Sequence;

    private static PoolView Master(PoolId id, Cidr subnet, PoolEntry? entry, BitSequence? bits,
        List<UsedAddress> claimed, ImmutableArray<Cidr> fences, ImmutableArray<string> networks, RangeBudget budget)
    {
        var pool = new AddressPool(subnet);
        var (ranges, truncated) = bits is null
            ? ([], false)
            : Unclaimed(pool, bits, [.. claimed.Select(c => c.Ordinal).Distinct()], budget);
        var unclaimed = ranges.SelectMany(range => ByFence(pool, bits, range, fences)).ToList();
        ulong? used = bits?.CountSet();
        return new PoolView
        {
            Id = id.ToString(),
            Kind = PoolKind.Master,
            AddressSpace = id.AddressSpace,
            Subnet = id.Pool,
            IsIPv6 = subnet.IsIPv6,
            Configured = entry is not null,
            RefCount = entry?.RefCount,
            NetworkIds = networks,
            Size = pool.Length,
            HasBitmap = bits is not null,
            Used = used,
            Free = bits?.Length - used,
            FreeCounter = bits?.Unselected,
            Unclaimed = bits is null ? null : Sum(unclaimed.Where(range => range.Owner == AddressOwner.Unknown)),
            Addresses = [.. claimed.Concat(unclaimed).OrderBy(a => a.Ordinal)],
            Truncated = truncated,
        };
    }

    private static PoolView SubPool(PoolId id, Cidr subnet, PoolEntry? entry, BitSequence? bits, ImmutableArray<string> networks)
    {
        var pool = new AddressPool(subnet);
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
            IsIPv6 = subnet.IsIPv6,
            Configured = entry is not null,
            RefCount = entry?.RefCount,
            NetworkIds = networks,
            Size = size,
            HasBitmap = bits is not null,
            Used = used,
            Free = size - used,
        };
    }

    private static ulong Sum(IEnumerable<UsedAddress> ranges) => ranges.Aggregate(0ul, (sum, range) => sum + range.Count);

    private static readonly Comparer<UsedAddress> ByAddress = Comparer<UsedAddress>.Create(static (a, b) =>
        a.Ordinal.CompareTo(b.Ordinal) is not 0 and var ordinal ? ordinal
        : a.Owner.CompareTo(b.Owner) is not 0 and var owner ? owner
        : KeyOrder.Instance.Compare(a.Name, b.Name) is not 0 and var name ? name
        : KeyOrder.Instance.Compare(a.EndpointId, b.EndpointId));

    private static List<UsedAddress> Reserved(AddressPool pool, BitSequence? bits) =>
    [
        Used(pool, 0, 0, AddressOwner.Network, bits),
        .. pool.Broadcast is > 0 and var broadcast ? [Used(pool, broadcast, broadcast, AddressOwner.Broadcast, bits)] : (UsedAddress[])[],
    ];

    // Files every claim with its pool, if that is there; gives the number of all that endpoints make.
    private static int Claim(DecodedStore store, Dictionary<string, (AddressPool Pool, BitSequence? Bits, List<UsedAddress> Claimed)> masters)
    {
        int held = 0;
        foreach (var claim in AddressClaim.AllOf(store))
        {
            held += claim.Owner == AddressOwner.Endpoint ? 1 : 0;
            if (masters.TryGetValue(claim.MasterId, out var master) && claim.Address.IsIPv6 == master.Pool.Network.IsIPv6 &&
                master.Pool.OrdinalOf(claim.Address.Bits) is { } ordinal)
                master.Claimed.Add(Used(master.Pool, ordinal, ordinal, claim.Owner, master.Bits, claim));
        }
        return held;
    }

    private static (List<UsedAddress> Ranges, bool Truncated) Unclaimed(
        AddressPool pool, BitSequence bits, ImmutableArray<ulong> claimed, RangeBudget budget)
    {
        var unclaimed = new List<UsedAddress>();
        int next = 0, seen = 0;
        foreach (var range in bits.SetRanges())
        {
            if (seen++ == MostRanges)
                return (unclaimed, true);
            int before = unclaimed.Count;
            ulong from = range.First;
            while (next < claimed.Length && claimed[next] < range.First)
                next++;
            for (; next < claimed.Length && claimed[next] <= range.Last; from = claimed[next++] + 1)
                if (claimed[next] > from)
                    unclaimed.Add(Used(pool, from, claimed[next] - 1, AddressOwner.Unknown, bits));
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

    private static UsedAddress Used(AddressPool pool, ulong first, ulong last, AddressOwner owner, BitSequence? bits, AddressClaim? claim = null) =>
        new(pool, first, last, owner, bits is null ? null : first < bits.Length && bits.IsSet(first), claim?.Endpoint)
        {
            Name = claim is { Name.Length: > 0 } named ? named.Name : null,
            NetworkId = claim?.NetworkId,
        };

    private static Cidr Parse(string text) => Cidr.TryParse(text, out var cidr) ? cidr : default;
}
