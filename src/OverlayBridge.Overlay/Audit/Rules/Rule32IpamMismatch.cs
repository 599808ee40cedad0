using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>ipam*Config and ipam*Info of N differ in length.</summary>
internal sealed class Rule32IpamMismatch() : Rule(32)
{
    public override string Cause =>
        "An edit by hand, or a removal that crashed halfway.";

    public override string Repair =>
        "Rebuild both lists from the overlay record and the pools.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.HasOwnPools
        let record = network.Record!
        where record.IpamV4Config.Length != record.IpamV4Info.Length || record.IpamV6Config.Length != record.IpamV6Info.Length
        select See(network, [network.Filed!.Entry.Key],
            $"{network.Label} asks for {record.IpamV4Config.Length} IPv4 and {record.IpamV6Config.Length} IPv6 pools, and has " +
            $"{record.IpamV4Info.Length} and {record.IpamV6Info.Length}.") with
        {
            OwnedBy = [network.Id],
        };
}
