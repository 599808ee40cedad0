using System.Collections.Concurrent;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Json;
using OverlayBridge.Sources.Trees;

namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>
/// Reads all nodes below a folder, level by level, many requests at a time, and sets a watch on each: when none of them told
/// of a change until the last node was read, the image is the state of one moment.
/// </summary>
internal sealed class ZooKeeperTree(ZooKeeperSession session, ZooKeeperOptions options, string prefix)
{
    private const int RequestsAtOnce = 64;
    private const int ProgressEveryKeys = 4096;
    private const string Own = "/zookeeper";

    private readonly EntryCollector entries = new(prefix, options.Limits.MaxEntries);
    private long newest;
    private long bytes;
    private int seen;

    private sealed record Found(TreeNode Node, IReadOnlyList<string> Children);

    /// <summary>Whether something changed while it was read.</summary>
    public bool WasDisturbed { get; private set; }

    public async Task<StoreImage> ReadAsync(string folder, CancellationToken token)
    {
        var before = session.Changes;
        var nodes = new TreeCollector(entries);
        // A folder that is not there may come: a watch on it would tell.
        IReadOnlyList<string> level = await session.ExistsAsync(Path(folder), watch: true, token).ConfigureAwait(false) ? [folder] : [];
        while (level.Count > 0)
        {
            var found = new ConcurrentBag<Found>();
            await Parallel.ForEachAsync(level, new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = token }, async (path, cancel) =>
            {
                if (await ReadNodeAsync(path, cancel).ConfigureAwait(false) is { } node)
                    found.Add(node);
            }).ConfigureAwait(false);
            foreach (var one in found)
                nodes.Add(one.Node, 0);
            level = [.. found.SelectMany(static one => one.Children.Select(child => $"{one.Node.Path}/{child}")).Where(static path => path != Own)];
            if (seen + (long)level.Count > options.Limits.MaxEntries)
                throw ZooKeeperErrors.TooLarge(options.Name, $"{options.Limits.MaxEntries} nodes");
        }
        // A server tells of a change before it answers what was asked after it.
        await session.ExistsAsync("/", watch: false, token).ConfigureAwait(false);
        WasDisturbed = session.Changes != before;
        return nodes.Finish(options.Name, (ulong)newest);
    }

    private async ValueTask<Found?> ReadNodeAsync(string path, CancellationToken token)
    {
        if (await session.GetDataAsync(Path(path), watch: true, token).ConfigureAwait(false) is not var (data, stat))
            return null;
        if (Interlocked.Add(ref bytes, data.Length) > options.Limits.MaxBytes)
            throw ZooKeeperErrors.TooLarge(options.Name, $"{options.Limits.MaxBytes} bytes");
        // A record never gets children: it is spared the second request.
        IReadOnlyList<string> children = stat.Children == 0 && !data.IsEmpty ? [] : await session.GetChildrenAsync(Path(path), watch: true, token).ConfigureAwait(false);
        var count = Interlocked.Increment(ref seen);
        if (count % ProgressEveryKeys == 0)
            options.Progress?.Report(new($"reading {options.Name}", count, null, Interlocked.Read(ref bytes)));
        NoteNewest(Math.Max(stat.Modified, stat.ChildrenModified));
        return new(new(path, data, children.Count > 0, (ulong)stat.Created, (ulong)stat.Modified)
        {
            Lease = stat.IsEphemeral ? Lease.OfZooKeeperSession(stat.EphemeralOwner) : null,
        }, children);
    }

    private void NoteNewest(long zxid)
    {
        for (var known = Interlocked.Read(ref newest); zxid > known; known = Interlocked.Read(ref newest))
            if (Interlocked.CompareExchange(ref newest, zxid, known) == known)
                return;
    }

    private static string Path(string path) => path.Length == 0 ? "/" : path;
}
