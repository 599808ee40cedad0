using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>A pool as the runs of what its addresses are, ascending. Free ones are in no run.</summary>
/// <param name="Length">Number of ordinals of the pool.</param>
internal sealed record AddressMap(ulong Length, ImmutableArray<AddressRun> Runs)
{
    private readonly ImmutableArray<ulong> _counts = CountsOf(Runs);

    /// <summary>Puts the claims of a master pool together, address by address, and lays the fences over them.</summary>
    public static AddressMap Of(PoolView pool, IReadOnlyCollection<AddressFence> fences) =>
        new(pool.Size, Merge(new Sweep(pool, fences).Runs()));

    /// <summary>Addresses in a state.</summary>
    public ulong Count(AddressState state) => _counts[(int)state];

    private static ImmutableArray<ulong> CountsOf(ImmutableArray<AddressRun> runs)
    {
        var counts = new ulong[AddressStates.All.Length];
        foreach (var run in runs)
            counts[(int)run.State] += run.Count;
        return [.. counts];
    }

    // Pieces without a claim that touch and are alike are one run; a claimed address stands alone.
    private static ImmutableArray<AddressRun> Merge(IEnumerable<AddressRun> runs)
    {
        var merged = ImmutableArray.CreateBuilder<AddressRun>();
        foreach (var run in runs)
            if (run.Claims.IsEmpty && merged is [.., var before] && before.Claims.IsEmpty
                && before.Last + 1 == run.First && before.State == run.State && before.Fence == run.Fence)
                merged[^1] = before with { Last = run.Last };
            else
                merged.Add(run);
        return merged.DrainToImmutable();
    }

    /// <summary>Cuts the pool at every point where anything begins or ends and looks at each piece once, in ascending order.</summary>
    private sealed class Sweep(PoolView pool, IReadOnlyCollection<AddressFence> fences)
    {
        private readonly List<(ulong Ordinal, ImmutableArray<UsedAddress> Claims)> _claims = Claims(pool.Addresses);

        private readonly List<(ulong First, ulong Last)> _unclaimed = [.. pool.Addresses
            .Where(IsRange)
            .Select(address => (address.Ordinal, address.Ordinal + (address.Count - 1)))];

        public IEnumerable<AddressRun> Runs() => _unclaimed.Count == 0 && fences.Count == 0
            ? _claims.Select(here => new AddressRun(here.Ordinal, here.Ordinal, StateOf(here.Claims), here.Claims)) // nothing to cut
            : Pieces();

        private IEnumerable<AddressRun> Pieces()
        {
            var (range, claim) = (0, 0);
            var cuts = Cuts();
            for (var at = 0; at + 1 < cuts.Count; at++)
            {
                var (first, last) = (cuts[at], cuts[at + 1] - 1);
                while (range < _unclaimed.Count && _unclaimed[range].Last < first)
                    range++;
                while (claim < _claims.Count && _claims[claim].Ordinal < first)
                    claim++;
                var isSet = range < _unclaimed.Count && _unclaimed[range].First <= first;
                if (claim < _claims.Count && _claims[claim].Ordinal == first)
                    yield return new AddressRun(first, last, StateOf(_claims[claim].Claims), _claims[claim].Claims);
                else if (Look(first, last, isSet) is { } found)
                    yield return found;
            }
        }

        private static List<(ulong Ordinal, ImmutableArray<UsedAddress> Claims)> Claims(ImmutableArray<UsedAddress> addresses)
        {
            var claims = new List<(ulong Ordinal, ImmutableArray<UsedAddress> Claims)>(addresses.Length);
            foreach (var address in addresses.Where(address => !IsRange(address)).OrderBy(address => address.Ordinal))
                if (claims is [.., var last] && last.Ordinal == address.Ordinal)
                    claims[^1] = (last.Ordinal, last.Claims.Add(address));
                else
                    claims.Add((address.Ordinal, [address]));
            return claims;
        }

        // Set bits without a record; which of them a fence explains is told by the fences, bit by bit.
        private static bool IsRange(UsedAddress address) => address.Owner is AddressOwner.Unknown or AddressOwner.Fence;

        private List<ulong> Cuts() =>
        [
            .. _unclaimed.SelectMany(range => new[] { range.First, range.Last + 1 })
                .Concat(_claims.SelectMany(here => new[] { here.Ordinal, here.Ordinal + 1 }))
                .Concat(fences.SelectMany(fence => new[] { fence.First, fence.Last + 1 }))
                .Distinct().Order(),
        ];

        private AddressRun? Look(ulong first, ulong last, bool isSet)
        {
            if (fences.FirstOrDefault(fence => fence.First <= first && first <= fence.Last) is { } fence)
                return new AddressRun(first, last, isSet || !pool.HasBitmap ? AddressState.Fenced : AddressState.Unmarked, [], fence);
            return isSet ? new AddressRun(first, last, AddressState.Leaked, []) : null;
        }

        private static AddressState StateOf(ImmutableArray<UsedAddress> here) => here switch
        {
            { Length: > 1 } when here.Any(claim => claim.Owner == AddressOwner.Endpoint) => AddressState.Duplicate,
            _ when here[0].InBitmap == false => AddressState.Unmarked,
            _ when here[0].Owner == AddressOwner.Endpoint => AddressState.Used,
            _ => AddressState.Reserved,
        };
    }
}
