using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A pool without a free address, or too small to have one.</summary>
internal sealed class Rule33FullPool() : Rule(33)
{
    public override string Cause =>
        "The pool is as small as it was asked for.";

    public override string Repair =>
        "None is needed; containers that need an address need another network, or an additional subnet in a " +
        "new one.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var pool in store.Pools.All.Where(p => p.Bits is not null && p.Users.Count > 0))
        {
            bool small = !pool.Subnet.IsIPv6 && pool.Subnet.Length >= 31, full = pool.Bits!.FirstFree(0, pool.Bits.Length - 1) is null;
            if (small || full)
                yield return See(Thing.Pool(pool.Id), [store.BitmapKey(pool)],
                    small ? $"{pool.Id}{pool.UsedBy} is too small: a /{pool.Subnet.Length} leaves no address to containers."
                        : $"{pool.Id}{pool.UsedBy} is full: all {pool.Bits.Length} addresses are taken.") with
                {
                    Network = pool.OnlyUser,
                };
            foreach (var (id, range) in full ? [] : pool.SubPools)
                if (Cidr.TryParse(range.Id.SubPool, out var cidr) && pool.Pool.OrdinalOf(cidr.First) is { } first &&
                    (pool.Pool.OrdinalOf(cidr.Last) ?? pool.Pool.Length - 1) is var last && pool.Bits.FirstFree(first, last) is null)
                    yield return See(Thing.Pool(id), [store.BitmapKey(pool)], $"The range {id}{pool.UsedBy} is full: all {last - first + 1} addresses are taken.") with
                    {
                        Network = pool.OnlyUser,
                    };
        }
    }
}
