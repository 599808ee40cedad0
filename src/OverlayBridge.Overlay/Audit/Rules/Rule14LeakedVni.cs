using System.Collections.Immutable;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A bit of V that no O has.</summary>
internal sealed class Rule14LeakedVni() : Rule(14)
{
    public override string Cause =>
        "An engine crashed between two steps, or an overlay record was deleted by hand.";

    public override string Repair =>
        "Clear the bit and add one to the free counter, after making sure that no host has the VNI in an " +
        "overlay namespace.";

    private const ulong HighestVni = (1 << 24) - 1;

    public override IEnumerable<Observation> Check(AuditSubject store)
    {
        if (store.Vnis.Bits is not { } bits)
            yield break;
        List<BitRange> claimed =
        [
            .. store.Vnis.Uses.Where(u => u.Vni >= VniViews.First)
                .Select(u => new BitRange(u.Vni - VniViews.First, u.Vni - VniViews.First)),
        ];
        var unclaimed = Unclaimed.Of(bits, claimed).Where(r => r.First + VniViews.First <= HighestVni).ToList();
        if (unclaimed.Count == 0)
            yield break;
        var suspects = Suspects(store);
        bool suspected = suspects.Count > 0 && Unclaimed.Count(unclaimed) <=
            suspects.Aggregate(0ul, (sum, s) => sum + Math.Min(s.Most, ulong.MaxValue - sum));
        string doubt = suspects.Count == 0 ? "" :
            $" It may belong to a network whose overlay record is lost: {Listing.Of([.. suspects.Select(s => s.Network.Label)])}.";
        // As many as each can have had, in order; which one had which, nothing tells.
        var owners = suspected ? suspects.SelectMany(s => Enumerable.Repeat(s.Network.Id, (int)Math.Min(s.Most, Unclaimed.MostRanges))).GetEnumerator() : null;
        foreach (var range in Unclaimed.Singles(unclaimed))
            yield return See(store, range, doubt) with
            {
                Repairable = suspects.Count == 0,
                OwnedBy = owners?.MoveNext() == true ? [owners.Current] : [],
            };
    }

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = members[0].Group!,
        Message = $"{members.Length} VNIs are taken in the bitmap of VNIs and no overlay record has them: {Listing.Of(members.Select(m => m.Subject))}.",
        Repairable = members.All(m => m.Repairable),
    };

    private Observation See(AuditSubject store, BitRange range, string doubt)
    {
        ulong first = range.First + VniViews.First, last = Math.Min(range.Last + VniViews.First, HighestVni);
        string vnis = first == last ? Thing.Vni(first) : $"{first}-{last}";
        return See(vnis, [store.VniKey], $"VNI {vnis} is taken in the bitmap of VNIs, and no overlay record has it.{doubt}") with
        {
            Group = store.VniKey,
        };
    }

    // One VNI for each IPv4 subnet of a network whose O is lost; any number where nothing tells the subnets.
    private static List<(NetworkRecords Network, ulong Most)> Suspects(AuditSubject store) =>
    [
        .. from network in store.Networks
           where network.Overlay?.Value is null && (network.IsOverlay || network.IsUnreadable || network.Overlay is not null)
           select (network, network.Record is { } record ? (ulong)record.IpamV4Info.Length : ulong.MaxValue),
    ];
}
