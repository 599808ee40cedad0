using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A pool that N names and P does not list.</summary>
internal sealed class Rule19MissingPool() : Rule(19)
{
    public override string Cause =>
        "An older pool configuration was restored, or it was edited or deleted by hand.";

    public override string Repair =>
        "Add the pool with its reference count and range; until then starts on the network fail, and the " +
        "subnet can be given to another one.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from pool in store.Pools.All
        where pool.Configuration is null or { Value: not null }
        from user in pool.Users
        where !store.Store.Pools.ContainsKey(user.PoolId)
        group user.Network by (pool, user.PoolId) into missing
        let key = store.PoolsKey(missing.Key.pool)
        select See(Thing.Pool(missing.Key.PoolId), [.. missing.Select(n => n.Filed!.Entry.Key).Distinct(), key],
            $"{Listing.Of(missing.Select(n => n.Label))} uses the pool {missing.Key.PoolId}, which the pool configuration does not list.") with
        {
            Network = missing.First().Named,
            About = [missing.Key.PoolId, missing.Key.pool.Id],
            OwnedBy = [missing.First().Id],
            Group = missing.Key.pool.Configuration is null ? key : null,
        };

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = members[0].Group!,
        Keys = [.. members.SelectMany(m => m.Keys).Distinct()],
        Message = $"The pool configuration is missing; networks use {members.Length} pools: {Listing.Of(members.Select(m => m.Subject))}.",
        Network = null,
    };
}
