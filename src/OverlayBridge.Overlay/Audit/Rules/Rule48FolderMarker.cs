using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>The empty marker endpoint/ID/ without N: engines leave it for local and removed networks, and never delete it.</summary>
internal sealed class Rule48FolderMarker() : Rule(48)
{
    public override string Cause =>
        "A network was removed, or belongs to one engine only (bridge, host, none, docker_gwbridge).";

    public override string Repair =>
        "None is needed; an empty one may be deleted.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from marker in store.Markers
        where store.Network(marker.NetworkId)?.Filed is null
        select See(Thing.Key(marker.Key), [marker.Key], $"The marker of endpoints of {marker.NetworkId} is there, and no such network.") with
        {
            Group = Folder(marker.Key),
        };

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Subject = members[0].Group!,
        Keys = [.. members.SelectMany(m => m.Keys)],
        Message = $"{members.Length} markers of endpoints are there for networks that are not in the store; this is normal.",
    };

    private static string Folder(string key) => key[..(key.TrimEnd('/').LastIndexOf('/') + 1)];
}
