using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>A pool as the runs of what its addresses are, ascending. Free ones are in no run.</summary>
/// <param name="Length">Number of ordinals of the pool.</param>
internal sealed record AddressMap(ulong Length, ImmutableArray<AddressRun> Runs)
{
    /// <summary>Puts the claims of a master pool together, address by address, and lays the fences over them.</summary>
    /// <param name="ownerOf">Who has a claimed address, in words for a person.</param>
    public static AddressMap Of(PoolView pool, IReadOnlyCollection<AddressFence> fences, Func<UsedAddress, string> ownerOf) =>
        new(pool.Size, Merge(new Sweep(pool, fences, ownerOf).Runs()));

    /// <summary>Addresses in a state.</summary>
    public ulong Count(AddressState state) =>
        Runs.Where(run => run.State == state).Aggregate(0UL, (sum, run) => sum + run.Count);

    private static ImmutableArray<AddressRun> Merge(IEnumerable<AddressRun> runs)
    {
        var merged = new List<AddressRun>();
        foreach (var run in runs)
            if (merged is [.., var before] && before.Last + 1 == run.First && before.State == run.State
                && run.State is AddressState.Unclaimed or AddressState.Fenced && before.Owners.SequenceEqual(run.Owners))
                merged[^1] = before with { Last = run.Last };
            else
                merged.Add(run);
        return [.. merged];
    }

    /// <summary>Cuts the pool at every point where anything begins or ends and looks at each piece once, in ascending order.</summary>
    private sealed class Sweep(PoolView pool, IReadOnlyCollection<AddressFence> fences, Func<UsedAddress, string> ownerOf)
    {
        private readonly Dictionary<ulong, List<UsedAddress>> _claims = pool.Addresses
            .Where(address => !IsRange(address))
            .GroupBy(address => address.Ordinal).ToDictionary(group => group.Key, group => group.ToList());

        private readonly List<(ulong First, ulong Last)> _unclaimed = [.. pool.Addresses
            .Where(IsRange)
            .Select(address => (address.Ordinal, address.Ordinal + (address.Count - 1)))];

        public IEnumerable<AddressRun> Runs()
        {
            var range = 0;
            var cuts = Cuts();
            for (var at = 0; at + 1 < cuts.Count; at++)
            {
                var (first, last) = (cuts[at], cuts[at + 1] - 1);
                while (range < _unclaimed.Count && _unclaimed[range].Last < first)
                    range++;
                var isSet = range < _unclaimed.Count && _unclaimed[range].First <= first;
                if (Look(first, isSet) is { } found)
                    yield return new AddressRun(first, last, found.State, found.Owners);
            }
        }

        // Set bits without a record; which of them a fence explains is told by the fences, bit by bit.
        private static bool IsRange(UsedAddress address) => address.Owner is AddressOwner.Unknown or AddressOwner.Fence;

        private List<ulong> Cuts() =>
        [
            .. _unclaimed.SelectMany(range => new[] { range.First, range.Last + 1 })
                .Concat(_claims.Keys.SelectMany(ordinal => new[] { ordinal, ordinal + 1 }))
                .Concat(fences.SelectMany(fence => new[] { fence.First, fence.Last + 1 }))
                .Distinct().Order(),
        ];

        private (AddressState State, ImmutableArray<string> Owners)? Look(ulong ordinal, bool isSet)
        {
            if (_claims.TryGetValue(ordinal, out var here))
                return (StateOf(here), [.. here.Select(ownerOf)]);
            if (fences.FirstOrDefault(fence => fence.First <= ordinal && ordinal <= fence.Last) is { } fence)
                return (isSet || !pool.HasBitmap ? AddressState.Fenced : AddressState.Unmarked, [fence.Owner]);
            return isSet ? (AddressState.Unclaimed, []) : null;
        }

        private static AddressState StateOf(List<UsedAddress> here) => here switch
        {
            { Count: > 1 } when here.Any(claim => claim.Owner == AddressOwner.Endpoint) => AddressState.Duplicate,
            _ when here[0].InBitmap == false => AddressState.Unmarked,
            _ when here[0].Owner == AddressOwner.Endpoint => AddressState.Used,
            _ => AddressState.Reserved,
        };
    }
}

/// <summary>Ordinals that were fenced off for swarm.</summary>
/// <param name="Owner">For which network, in words for a person.</param>
internal sealed record AddressFence(ulong First, ulong Last, string Owner);
