using System.Collections.Immutable;
using OverlayBridge.Migration.Runs;
using OverlayBridge.Serve.Takeover;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Serve.Runs;

/// <summary>This node's store for the executor.</summary>
internal sealed class LocalRunStore(IClusterNode store, LocalStoreClient client) : IRunStore
{
    public bool IsLeader => store.IsLeader;

    public IConsulClient Client => client;

    public async ValueTask<bool> CommitAsync(ImmutableArray<RunWrite> writes, CancellationToken token)
    {
        var command = new TransactionCommand([.. writes.Select(Operation)]);
        var result = await client.AskAsync(() => store.ExecuteAsync(command, token)).ConfigureAwait(false);
        return result.Errors.IsEmpty;
    }

    private static TransactionOperation Operation(RunWrite write) => write switch
    {
        RunWrite.Check check => new(TransactionVerb.CheckIndex, StoreKey.FromText(check.Key), [], Index: check.Index),
        RunWrite.Put { Index: { } index } put => new(TransactionVerb.Cas, StoreKey.FromText(put.Key), [.. put.Value.Span], Index: index),
        RunWrite.Put put => new(TransactionVerb.Set, StoreKey.FromText(put.Key), [.. put.Value.Span]),
        RunWrite.Delete delete => new(TransactionVerb.Delete, StoreKey.FromText(delete.Key), []),
        _ => throw new InvalidOperationException($"No way to {write.GetType().Name}."),
    };
}
