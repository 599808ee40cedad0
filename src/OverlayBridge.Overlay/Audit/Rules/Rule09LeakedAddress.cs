using System.Collections.Immutable;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A bit of B is set that no network, no endpoint and no fence claims.</summary>
internal sealed class Rule09LeakedAddress() : Rule(9)
{
    public override string Cause =>
        "An endpoint was deleted by hand, an engine crashed within a start or stop, or a failed create was " +
        "rolled back only in part.";

    public override string Repair =>
        "Make sure on every host that no running container has the address; then clear the bit and add one to " +
        "the free counter. If a container has it, its endpoint record must come back instead.";

    public override IEnumerable<Observation> Check(AuditSubject store) => Check(store, []);

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = members[0].Group!,
        Keys = members[0].Keys,
        Message = $"{members.Length} addresses of {members[0].Group} are taken in the bitmap and nothing claims them: " +
            $"{Listing.Of(members.Select(m => m.Subject[(m.Group!.Length + 1)..]))}.",
        Repairable = members.All(m => m.Repairable),
    };

    // The same room for the claims of one pool after the other.
    private IEnumerable<Observation> Check(AuditSubject store, List<BitRange> room) =>
        store.Pools.All.SelectMany(pool => pool.Bits is { } bits ? Check(store, pool, Unclaimed.Of(bits, Claimed(store, pool, room))) : []);

    private IEnumerable<Observation> Check(AuditSubject store, PoolRecords pool, List<BitRange> unclaimed)
    {
        var unhinted = Unclaimed.Singles(unclaimed).Where(r => !pool.Hints.ContainsKey(r.First));
        // As many as unreadable records can hold are theirs; of more, which ones nobody can tell.
        bool suspected = pool.Suspects.Count > 0 && Unclaimed.Count(unhinted) <=
            pool.Suspects.Aggregate(0ul, (sum, s) => sum + Math.Min(s.Most, ulong.MaxValue - sum));
        string doubt = pool.Suspects.Count == 0 ? "" :
            $" It may belong to an unreadable record: {Listing.Of([.. pool.Suspects.Select(s => s.Thing)])}.";
        int next = 0;
        foreach (var range in Unclaimed.Singles(unclaimed))
            yield return pool.Hints.TryGetValue(range.First, out var hints)
                ? See(pool, range, [.. hints, pool.Id], "", store.BitmapKey(pool))
                : See(pool, range, suspected ? [pool.Suspects[Math.Min(next++, pool.Suspects.Count - 1)].Thing, pool.Id] : [pool.Id],
                    doubt, store.BitmapKey(pool)) with { Repairable = pool.Suspects.Count == 0 };
    }

    private Observation See(PoolRecords pool, BitRange range, ImmutableArray<string> owners, string doubt, string key)
    {
        string addresses = range.First == range.Last ? pool.AddressOf(range.First) : $"{pool.AddressOf(range.First)}-{pool.AddressOf(range.Last)}";
        return See(Thing.Address(pool.Id, addresses), [key],
            $"{addresses} of {pool.Id}{pool.UsedBy} is taken in the bitmap, and no readable record claims it.{doubt}") with
        {
            Network = pool.OnlyUser,
            Repairable = false, // something points at it
            OwnedBy = owners,
            Group = pool.Id,
        };
    }

    private static List<BitRange> Claimed(AuditSubject store, PoolRecords pool, List<BitRange> claimed)
    {
        claimed.Clear();
        claimed.Add(new BitRange(0, 0));
        foreach (var claim in pool.Claims)
            claimed.Add(new BitRange(claim.Ordinal, claim.Ordinal));
        int inOrder = claimed.Count;
        foreach (var fence in store.Fences.Where(pool.Subnet.Contains))
            claimed.Add(new BitRange(
                (ulong)(fence.First - pool.Subnet.First), pool.Pool.OrdinalOf(fence.Last) ?? pool.Pool.Length - 1));
        if (claimed.Count > inOrder)
            claimed.Sort((a, b) => a.First.CompareTo(b.First));
        if (pool.Pool.Broadcast is { } broadcast)
            claimed.Add(new BitRange(broadcast, broadcast));
        return claimed;
    }
}
