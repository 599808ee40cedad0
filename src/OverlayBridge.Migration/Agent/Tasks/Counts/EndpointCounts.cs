using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Counts;

/// <summary>
/// Networks' counts of endpoints in the legacy store: engines keep them beside the records, one write after the other, and read a network's names anew when the bytes of its count change
/// (spec: legacy overlay KV layout, §6). All writes are compare-and-set. A count that is missing or cannot be read is left as it is: engines make a missing one anew with their next endpoint, and the audit names both.
/// </summary>
/// <param name="source">The same store, for the writes.</param>
/// <param name="prefix">Begin of the engines' keys, before <c>docker/</c>.</param>
internal sealed class EndpointCounts(IConsulClient store, IWritableSource source, string prefix)
{
    /// <summary>What an engine may need from the one write to the other.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    private readonly HashSet<string> mended = new(StringComparer.Ordinal);

    /// <inheritdoc cref="LookAsync(string, string, ImmutableArray{KeyValueEntry}, CancellationToken)"/>
    public async Task<WrongCount?> LookAsync(string network, string networkId, CancellationToken token) =>
        mended.Contains(networkId) ? null : await LookAsync(network, networkId, await EntriesAsync(networkId, token), token);

    /// <param name="entries">Everything in the folder of the network's endpoints.</param>
    /// <returns>Null: it is right, there is none, or it was mended here already: one that goes on changing is not run after.</returns>
    public async Task<WrongCount?> LookAsync(string network, string networkId, ImmutableArray<KeyValueEntry> entries, CancellationToken token) =>
        !mended.Contains(networkId) && await FindAsync(networkId, token) is { Count: var count } && (ulong)Endpoints(entries).Count is var endpoints && count != endpoints
            ? new WrongCount(network, networkId, count, endpoints)
            : null;

    /// <summary>Writes the number of endpoints, unless an engine changes one or the other meanwhile: it may just be between the two. Whatever comes of it, it is not told of again.</summary>
    public async Task MendAsync(WrongCount wrong, TimeProvider time, CancellationToken token)
    {
        var (before, endpoints) = (await FindAsync(wrong.NetworkId, token), await EndpointsAsync(wrong.NetworkId, token));
        await Task.Delay(Patience, time, token);
        if (await FindAsync(wrong.NetworkId, token) is { } still && still.Index == before?.Index && (await EndpointsAsync(wrong.NetworkId, token)).SetEquals(endpoints) &&
            still.Count != (ulong)endpoints.Count)
            await TryWriteAsync(wrong.NetworkId, still, Encoded((ulong)endpoints.Count), token);
        mended.Add(wrong.NetworkId);
    }

    /// <summary>Counts an endpoint whose record was written.</summary>
    /// <exception cref="StepException">Engines change the count all the time.</exception>
    public Task AddAsync(string networkId, CancellationToken token) => ChangeAsync(networkId, static count => count + 1, token);

    /// <summary>Counts an endpoint whose record was deleted; a count of 0 stays.</summary>
    /// <exception cref="StepException">Engines change the count all the time.</exception>
    public Task RemoveAsync(string networkId, CancellationToken token) => ChangeAsync(networkId, static count => count - Math.Min(count, 1), token);

    /// <summary>Has engines read a network's endpoints anew: writes the same count in other bytes. A change by somebody else meanwhile does as well.</summary>
    public async Task TouchAsync(string networkId, CancellationToken token)
    {
        if (await FindAsync(networkId, token) is not { } found)
            return;
        var plain = Encoded(found.Count);
        await TryWriteAsync(networkId, found, found.Bytes.SequenceEqual(plain) ? [.. Encoding.UTF8.GetBytes($"{{\"Count\": {found.Count}}}")] : plain, token);
    }

    private Task ChangeAsync(string networkId, Func<ulong, ulong> change, CancellationToken token) => ContendedKey.WriteAsync(
        KeyOf(networkId), async () => await FindAsync(networkId, token) is not { } found || await TryWriteAsync(networkId, found, Encoded(change(found.Count)), token));

    /// <summary>Null: there is none that can be read.</summary>
    private async Task<Found?> FindAsync(string networkId, CancellationToken token)
    {
        try
        {
            return (await store.GetAsync(KeyOf(networkId), Consistent, token)).Value is { } entry
                ? new Found(RecordFormats.EndpointCount.Decode(entry).Count, entry.Value, entry.ModifyIndex)
                : null;
        }
        catch (RecordFormatException)
        {
            return null; // The audit names it; what it was to be nobody can tell.
        }
    }

    /// <returns>False: somebody changed it since it was found.</returns>
    private async Task<bool> TryWriteAsync(string networkId, Found found, ImmutableArray<byte> bytes, CancellationToken token) =>
        await source.TryWriteAsync(KeyOf(networkId), found.Index, bytes, token) == WriteOutcome.Written;

    private async Task<HashSet<string>> EndpointsAsync(string networkId, CancellationToken token) => Endpoints(await EntriesAsync(networkId, token));

    private async Task<ImmutableArray<KeyValueEntry>> EntriesAsync(string networkId, CancellationToken token) =>
        (await store.ListAsync(new EndpointFolderKey(prefix, networkId).Format(), Consistent, token)).Value;

    /// <summary>Unreadable ones count as well: engines count keys.</summary>
    private static HashSet<string> Endpoints(ImmutableArray<KeyValueEntry> entries) =>
        [.. entries.Where(static entry => LegacyKey.Parse(entry.Key) is EndpointKey).Select(static entry => entry.Key)];

    private static ImmutableArray<byte> Encoded(ulong count) => RecordFormats.EndpointCount.Encode(new EndpointCountRecord(count));

    private string KeyOf(string networkId) => new EndpointCountKey(prefix, networkId).Format();

    private sealed record Found(ulong Count, ImmutableArray<byte> Bytes, ulong Index);
}
