using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A VNI of an O whose bit in V is clear, or V is missing.</summary>
internal sealed class Rule13UnmarkedVni() : Rule(13)
{
    public override string Cause =>
        "The option vxlanid_list, which reserves nothing; the removal of such a network, which clears the " +
        "bits; or an older bitmap restored.";

    public override string Repair =>
        "Set the bit and take one from the free counter, before the VNI is given to another network.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from use in store.Vnis.Uses
        where store.Store.VxlanIds is null ? use.Vni >= VniViews.First : store.Vnis.IsMarked(use.Vni) == false
        group use by use.Vni into vni
        select See(Thing.Vni(vni.Key), [store.VniKey, .. vni.Select(v => v.Network.Overlay!.Entry.Key).Distinct()],
            $"VNI {vni.Key} of {Listing.Of(vni.Select(v => v.Label))} is free in the bitmap of VNIs" +
            (store.Store.VxlanIds is null ? ", which is missing." : ".")) with
        {
            Network = vni.First().Network.Named,
            Group = store.VniKey,
        };

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = members[0].Group!,
        Keys = [.. members.SelectMany(m => m.Keys).Distinct()],
        Message = $"{members.Length} VNIs are in use and free in the bitmap of VNIs: {Listing.Of(members.Select(m => m.Subject))}.",
        Network = null,
    };
}
