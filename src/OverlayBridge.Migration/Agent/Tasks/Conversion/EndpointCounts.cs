using System.Collections.Immutable;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Networks' counts of endpoints in the legacy store, which engines keep beside the records, one write after the other.</summary>
/// <param name="source">The same store, for the writes.</param>
/// <param name="prefix">Begin of the engines' keys, before <c>docker/</c>.</param>
internal sealed class EndpointCounts(IConsulClient store, IWritableSource source, string prefix)
{
    /// <summary>What an engine may need from the one write to the other.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    /// <returns>Null: it is right, or there is none, which engines make anew.</returns>
    public async Task<WrongCount?> LookAsync(string network, string networkId, CancellationToken token) =>
        await LookAsync(network, networkId, await EntriesAsync(networkId, token), token);

    /// <param name="entries">Everything in the folder of the network's endpoints.</param>
    /// <returns>Null: it is right, or there is none, which engines make anew.</returns>
    public async Task<WrongCount?> LookAsync(string network, string networkId, ImmutableArray<KeyValueEntry> entries, CancellationToken token) =>
        await CountAsync(networkId, token) is { Record.Count: var count } && (ulong)Endpoints(entries).Count is var endpoints && count != endpoints
            ? new WrongCount(network, networkId, count, endpoints)
            : null;

    /// <summary>Writes the number of endpoints, unless an engine changes one or the other meanwhile: it may just be between the two.</summary>
    /// <param name="patience">What an engine may need from the one to the other.</param>
    public async Task MendAsync(WrongCount wrong, TimeSpan patience, TimeProvider time, CancellationToken token)
    {
        var (count, endpoints) = (await CountAsync(wrong.NetworkId, token), await EndpointsAsync(wrong.NetworkId, token));
        await Task.Delay(patience, time, token);
        if (await CountAsync(wrong.NetworkId, token) is not { } still || still.Index != count?.Index || !(await EndpointsAsync(wrong.NetworkId, token)).SetEquals(endpoints))
            return;
        if (still.Record.Count != (ulong)endpoints.Count)
            await source.TryWriteAsync(KeyOf(wrong.NetworkId), still.Index, RecordFormats.EndpointCount.Encode(new EndpointCountRecord((ulong)endpoints.Count)), token);
    }

    private async Task<(EndpointCountRecord Record, ulong Index)?> CountAsync(string networkId, CancellationToken token)
    {
        try
        {
            return (await store.GetAsync(KeyOf(networkId), Consistent, token)).Value is { } entry ? (RecordFormats.EndpointCount.Decode(entry), entry.ModifyIndex) : null;
        }
        catch (RecordFormatException)
        {
            return null; // The audit names it; what it was to be nobody can tell.
        }
    }

    private async Task<HashSet<string>> EndpointsAsync(string networkId, CancellationToken token) => Endpoints(await EntriesAsync(networkId, token));

    private async Task<ImmutableArray<KeyValueEntry>> EntriesAsync(string networkId, CancellationToken token) =>
        (await store.ListAsync(new EndpointFolderKey(prefix, networkId).Format(), Consistent, token)).Value;

    /// <summary>Unreadable ones count as well: engines count keys.</summary>
    private static HashSet<string> Endpoints(ImmutableArray<KeyValueEntry> entries) =>
        [.. entries.Where(static entry => LegacyKey.Parse(entry.Key) is EndpointKey).Select(static entry => entry.Key)];

    private string KeyOf(string networkId) => new EndpointCountKey(prefix, networkId).Format();
}
