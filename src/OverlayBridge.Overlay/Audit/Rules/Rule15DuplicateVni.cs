using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>One VNI in two O, or twice in one.</summary>
internal sealed class Rule15DuplicateVni() : Rule(15)
{
    public override string Cause =>
        "A VNI that is not marked as taken, the option vxlanid_list, or a fault of Docker before 17.09.";

    public override string Repair =>
        "Nothing safe can be done online: stop all containers of one of the networks, remove it and create it " +
        "again.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from use in store.Vnis.Uses
        group use by use.Vni into vni
        where vni.Count() > 1
        select See(Thing.Vni(vni.Key), [.. vni.Select(u => u.Network.Overlay!.Entry.Key).Distinct()],
            $"VNI {vni.Key} is used by {Listing.Of(vni.Select(u => u.Label))}: their frames mix.");
}
