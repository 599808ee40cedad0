using System.Collections.Immutable;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Runs;

/// <summary>A control node's store in memory, with transactions; it can be lost before or after any of them.</summary>
internal sealed class RunStoreModel(KeyStore keys) : IRunStore
{
    private int commits;

    public bool IsLeader => true;

    public IConsulClient Client => keys;

    /// <summary>The node is lost at this transaction, counted from 1; 0: never.</summary>
    public int LostAt { get; init; }

    /// <summary>It is made before the node is lost.</summary>
    public bool LostAfterwards { get; init; }

    public async ValueTask<bool> CommitAsync(ImmutableArray<RunWrite> writes, CancellationToken token)
    {
        var isLast = ++commits == LostAt;
        if (isLast && !LostAfterwards)
            throw Lost();
        foreach (var write in writes)
        {
            var index = (await keys.GetAsync(write.Key, default, token)).Value?.ModifyIndex ?? 0;
            if (write is RunWrite.Check check && check.Index != index || write is RunWrite.Put { Index: { } wanted } && wanted != index)
                return false;
        }
        foreach (var write in writes)
        {
            if (write is RunWrite.Put put)
                keys.Set(put.Key, put.Value.ToArray());
            else if (write is RunWrite.Delete delete)
                keys.Remove(delete.Key);
        }
        return isLast ? throw Lost() : true;
    }

    private static SourceException Lost() => new("The node is lost.", "It was killed.", "Start it again.");
}
