using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>D that no Consul session holds. Judged only where the source tells sessions and indexes.</summary>
internal sealed class Rule47SessionlessHost() : Rule(47)
{
    public override string Cause =>
        "The key was put by hand or restored from a backup.";

    public override string Repair =>
        "Delete the key if the host is gone; a living engine registers again within 20 s. Until then a dead " +
        "host looks alive, and joining the gossip may hang on it.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from node in store.IsConsul ? store.Hosts.ByAddress.SelectMany(h => h) : []
        let entry = node.Filed.Entry
        where string.IsNullOrEmpty(entry.Session) && entry.ModifyIndex > 0
        select See(Thing.Key(entry.Key), [entry.Key], $"The registration {node.Advertised} is held by no session, so it never expires.");
}
