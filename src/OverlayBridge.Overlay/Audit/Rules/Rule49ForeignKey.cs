using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A key under none of the paths of the layout; the bridge's own are not meant.</summary>
internal sealed class Rule49ForeignKey() : Rule(49)
{
    public override string Cause =>
        "Another program, a plugin, a second store path, or Docker up to 1.10 (idm/ipam-id).";

    public override string Repair =>
        "None: leave it alone.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from key in store.Store.ForeignKeys
        where !key.StartsWith(BridgeKeys.Root, StringComparison.Ordinal) && !IsAncestor(key)
        select See(Thing.Key(key), [key], $"{key} is a key of another program.") with { Group = Tree(key) };

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = members[0].Group!,
        Keys = [.. members.SelectMany(m => m.Keys)],
        Message = $"{members.Length} keys under {members[0].Group} are of another program.",
    };

    // ZooKeeper and etcd keep the folders above the layout's own as keys.
    private static bool IsAncestor(string key) => $"/{key.Trim('/')}/" is var path &&
        (path == "//" || "/docker/network/v1.0/".StartsWith(path, StringComparison.Ordinal));

    // docker/swarm/leader and docker/swarm/nodes/… are of one program.
    private static string Tree(string key)
    {
        int first = key.IndexOf('/', 1), second = first < 0 ? -1 : key.IndexOf('/', first + 1);
        return second < 0 ? key : key[..(second + 1)];
    }
}
