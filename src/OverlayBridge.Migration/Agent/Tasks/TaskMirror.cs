using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>Follows the keys below one of this host's own by blocking queries. While the store is away, what was known last stands.</summary>
/// <param name="prefix">For example that of the host's tasks.</param>
internal sealed class TaskMirror(IConsulClient store, StoreAbsence absence, string prefix)
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="changed">Is given all entries below the prefix, whenever the store has answered.</param>
    public async Task RunAsync(Action<ImmutableArray<KeyValueEntry>> changed, CancellationToken token)
    {
        await foreach (var answer in absence.Use($"follow {prefix}").FollowAsync((options, one) => store.ListAsync(prefix, options, one), token))
            changed(answer.Read.Value);
    }

    /// <summary>The records of a kind among the entries, by the step or probe in their keys; a damaged one is logged and left out.</summary>
    public static ImmutableSortedDictionary<string, T> Decode<T>(ImmutableArray<KeyValueEntry> entries, Func<BridgeKey?, string?> nameOf, ILogger log)
        where T : class, IBridgeRecord<T>
    {
        var records = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var entry in entries)
            if (nameOf(BridgeKeys.TryParse(entry.Key)) is { } name)
                try
                {
                    records[name] = BridgeRecords.Decode<T>(entry.Key, entry.Value.AsSpan());
                }
                catch (BridgeRecordException e)
                {
                    log.LogWarning("A record cannot be read and is left out: {Reason}", e.Message);
                }
        return records.ToImmutable();
    }
}
