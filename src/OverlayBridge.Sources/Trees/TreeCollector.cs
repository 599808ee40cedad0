using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Trees;

/// <summary>Gathers the nodes of a tree as the entries and sessions that Consul would show for the same records.</summary>
internal sealed class TreeCollector(EntryCollector entries)
{
    private readonly Dictionary<string, SessionEntry> sessions = new(StringComparer.Ordinal);

    /// <summary>The newest change that any node tells of.</summary>
    public ulong NewestIndex { get; private set; }

    /// <param name="offset">Where it stands in a text; for messages.</param>
    public void Add(TreeNode node, long offset)
    {
        NewestIndex = Math.Max(NewestIndex, node.Modified);
        if (TreeKeys.KeyOf(node) is not { } key)
            return;
        var before = entries.Kept;
        entries.Add(new(key, node.Value ?? [], createIndex: node.Created, modifyIndex: node.Modified, session: node.Lease?.Id), offset);
        if (node.Lease is { } lease && entries.Kept > before)
            sessions[lease.Id] = lease.ToSession(
                sessions.TryGetValue(lease.Id, out var known) ? Math.Min(known.CreateIndex, node.Created) : node.Created);
    }

    /// <param name="index">The store's index when that is known; else that of the newest change seen.</param>
    public StoreImage Finish(string name, ulong? index) => new(
        name, index ?? NewestIndex, entries.Finish(), [.. sessions.Values.OrderBy(static session => session.Id, StringComparer.Ordinal)]);
}
