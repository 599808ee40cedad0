using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>A pool as the runs of what its addresses are. Those of a sound pool are made when somebody asks: of most only the counts are shown.</summary>
internal sealed class AddressMap
{
    private readonly ulong[] _counts = new ulong[AddressStates.All.Length];
    private readonly ImmutableArray<UsedAddress> _claims = [];
    private ImmutableArray<AddressRun> _runs;

    public AddressMap(ulong length, ImmutableArray<AddressRun> runs)
    {
        (Length, _runs) = (length, runs);
        foreach (var run in runs)
            _counts[(int)run.State] += run.Count;
    }

    private AddressMap(ulong length, ImmutableArray<UsedAddress> claims)
    {
        (Length, _claims) = (length, claims);
        for (int first = 0, end; first < claims.Length; first = end)
            _counts[(int)StateOf(claims.AsSpan()[first..(end = EndOf(claims, first))])]++;
    }

    /// <summary>Number of ordinals of the pool.</summary>
    public ulong Length { get; }

    /// <summary>Ascending. Free addresses are in no run.</summary>
    public ImmutableArray<AddressRun> Runs
    {
        get
        {
            if (_runs.IsDefault)
                ImmutableInterlocked.InterlockedInitialize(ref _runs, RunsOf(_claims));
            return _runs;
        }
    }

    /// <summary>Puts the claims of a master pool together, address by address, and lays the fences over them.</summary>
    public static AddressMap Of(PoolView pool, IReadOnlyCollection<AddressFence> fences) => fences.Count == 0 && AreClaimsInOrder(pool.Addresses)
        ? new(pool.Size, pool.Addresses)
        : new(pool.Size, Merge(new Sweep(pool, fences).Runs()));

    /// <summary>Addresses in a state.</summary>
    public ulong Count(AddressState state) => _counts[(int)state];

    // Nothing to cut, and nothing to sort.
    private static bool AreClaimsInOrder(ImmutableArray<UsedAddress> addresses)
    {
        for (var at = 0; at < addresses.Length; at++)
            if (IsRange(addresses[at]) || (at > 0 && addresses[at].Ordinal < addresses[at - 1].Ordinal))
                return false;
        return true;
    }

    private static ImmutableArray<AddressRun> RunsOf(ImmutableArray<UsedAddress> claims)
    {
        var runs = new List<AddressRun>(claims.Length);
        for (int first = 0, end; first < claims.Length; first = end)
        {
            var here = claims.AsSpan()[first..(end = EndOf(claims, first))];
            runs.Add(new AddressRun(here[0].Ordinal, here[0].Ordinal, StateOf(here), [.. here]));
        }

        return [.. runs];
    }

    // Of the claims on one address, the place behind the last.
    private static int EndOf(ImmutableArray<UsedAddress> claims, int first)
    {
        var end = first + 1;
        while (end < claims.Length && claims[end].Ordinal == claims[first].Ordinal)
            end++;
        return end;
    }

    // Set bits without a record; which of them a fence explains is told by the fences, bit by bit.
    private static bool IsRange(UsedAddress address) => address.Owner is AddressOwner.Unknown or AddressOwner.Fence;

    private static AddressState StateOf(ReadOnlySpan<UsedAddress> here)
    {
        var held = false;
        foreach (var claim in here)
            held |= claim.Owner == AddressOwner.Endpoint;
        return here.Length > 1 && held ? AddressState.Duplicate
            : here[0].InBitmap == false ? AddressState.Unmarked
            : here[0].Owner == AddressOwner.Endpoint ? AddressState.Used
            : AddressState.Reserved;
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

        public IEnumerable<AddressRun> Runs()
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
                    yield return new AddressRun(first, last, StateOf(_claims[claim].Claims.AsSpan()), _claims[claim].Claims);
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
    }
}
