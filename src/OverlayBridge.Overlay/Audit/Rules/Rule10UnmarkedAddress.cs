using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A gateway, auxiliary address or endpoint of the pool whose bit in B is clear.</summary>
internal sealed class Rule10UnmarkedAddress() : Rule(10)
{
    public override string Cause =>
        "An older bitmap was restored or the bitmap made anew empty, an address was released twice, or pools " +
        "overlap.";

    public override string Repair =>
        "Set the bit and take one from the free counter, before the next start is given the address.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from pool in store.Pools.All
        where pool.Bits is not null
        from address in pool.Claims.Where(claim => !pool.Bits!.IsSet(claim.Ordinal)).GroupBy(claim => claim.Ordinal)
        select See(store, pool, address.Key, [.. address]);

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = members[0].Group!,
        Keys = [.. members.SelectMany(m => m.Keys).Distinct()],
        Message = $"{members.Length} addresses of {members[0].Group} are in use and free in the bitmap: " +
            $"{Listing.Of(members.Select(m => m.Subject[(m.Group!.Length + 1)..]))}.",
    };

    private Observation See(AuditSubject store, PoolRecords pool, ulong ordinal, ImmutableArray<AddressUse> claims) =>
        See(pool.Thing(ordinal), [store.BitmapKey(pool), .. claims.SelectMany(c => c.Keys).Distinct()],
            $"{pool.AddressOf(ordinal)} of {pool.Id} belongs to {Listing.Of(claims.Select(c => c.Label))}, and is free in the bitmap.") with
        {
            Network = claims[0].Network.Named,
            About = [pool.Thing(ordinal), .. claims.Select(c => c.Endpoint?.Thing).OfType<string>()],
            OwnedBy =
            [
                .. claims.Select(c => c.Endpoint?.Thing ?? (c.Owner == AddressOwner.Gateway ? c.Network.Id : null)).OfType<string>(),
                pool.Id,
            ],
            Group = pool.Id,
        };
}
