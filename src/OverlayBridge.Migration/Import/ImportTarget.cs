using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>The cluster that is imported into.</summary>
internal sealed class ImportTarget(IConsulClient client, string prefix)
{
    public string Name => client.Name;

    /// <summary>Reads the keys under the prefix, but for the bridge's own.</summary>
    public async ValueTask<StoreImage> ReadAsync(CancellationToken token)
    {
        var image = await BridgeSource.ReadAsync(client, prefix, token).ConfigureAwait(false);
        return image with { Entries = image.Entries.RemoveAll(static entry => entry.Key.StartsWith(ImportPlan.OwnKeys, StringComparison.Ordinal)) };
    }

    /// <summary>Whether the cluster has taken over: then it takes no imports, however often they are sent.</summary>
    /// <exception cref="SourceException">The cluster does not answer.</exception>
    public async ValueTask<bool> HasTakenOverAsync(CancellationToken token) =>
        await client.StatusAsync(token).ConfigureAwait(false) is { Mode: "primary", Source.Length: > 0 };

    /// <summary>From now on clients may not write what the source has the say over.</summary>
    /// <exception cref="SourceException">The cluster does not answer, or has taken over already.</exception>
    public ValueTask SetStandbyAsync(string source, CancellationToken token) => client.SetStandbyAsync(prefix, source, token);

    /// <summary>Keys carry the source's indexes, so the newest of them tells how far the target has followed it.</summary>
    public static ulong NewestIndex(StoreImage image) =>
        image.Entries.IsEmpty ? 0 : image.Entries.Max(static entry => entry.ModifyIndex);

    /// <summary>
    /// Carries out a plan, request by request; each is applied at once or not at all, and all may be sent again. Gives the
    /// store's index afterwards.
    /// </summary>
    /// <exception cref="SourceException">The cluster cannot be reached or refuses; what was sent before stays.</exception>
    public async ValueTask<ulong> ApplyAsync(ImportPlan plan, IProgress<TransferProgress>? progress, CancellationToken token)
    {
        var total = plan.KeysSet + plan.KeysDeleted.Length;
        var (done, bytes, index) = (0, 0L, 0UL);
        foreach (var batch in ImportBatch.Split(plan.Operations))
        {
            index = (await client.ImportAsync(batch.Body, token).ConfigureAwait(false)).Index;
            (done, bytes) = (done + batch.Keys, bytes + batch.Body.Length);
            progress?.Report(new($"importing into {Name}", done, total, bytes));
        }
        return index;
    }
}
