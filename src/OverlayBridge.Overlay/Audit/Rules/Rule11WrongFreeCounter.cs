using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>The counter "unselected" of B or V is not its number of clear bits. Engines read it only for "pool full".</summary>
internal sealed class Rule11WrongFreeCounter() : Rule(11)
{
    public override string Cause =>
        "An address was released twice, a fault of Docker up to 17.12, or an edited bitmap.";

    public override string Repair =>
        "Write the number of clear bits into the header.";

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        foreach (var pool in store.Pools.All)
            if (pool.Bits is { } bits && Free(bits) != bits.Unselected)
                yield return See(Thing.Pool(pool.Id), store.BitmapKey(pool), $"The bitmap of {pool.Id}{pool.UsedBy}", bits) with
                {
                    Network = pool.OnlyUser,
                };
        if (store.Vnis.Bits is { } vnis && Free(vnis) != vnis.Unselected)
            yield return See(Thing.Key(store.VniKey), store.VniKey, "The bitmap of VNIs", vnis);
    }

    private Observation See(string subject, string key, string what, BitSequence bits) =>
        See(subject, [key],
            $"{what} says that {bits.Unselected} of {bits.Length} are free, but {Free(bits)} are." +
            (bits.Unselected == 0 ? " At 0 it counts as full." : "")) with
        {
            Severity = bits.Unselected == 0 ? AuditSeverity.Error : AuditSeverity.Warning,
        };

    private static ulong Free(BitSequence bits) => bits.Length - bits.CountSet();
}
