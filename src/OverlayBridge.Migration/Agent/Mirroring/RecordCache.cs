using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Mirroring;

/// <summary>
/// Turns the answers of a watched prefix into records. A value is decoded once for each change; a damaged one is logged
/// once for each change, and left out.
/// </summary>
internal sealed class RecordCache(ILogger log)
{
    private Dictionary<string, (ulong ModifyIndex, object? Record)> known = new(StringComparer.Ordinal);

    /// <summary>All records of a kind among the entries, with their keys, in their order.</summary>
    public ImmutableArray<(BridgeKey Key, object Record)> Decode(ImmutableArray<KeyValueEntry> entries)
    {
        var now = new Dictionary<string, (ulong, object?)>(entries.Length, StringComparer.Ordinal);
        var records = ImmutableArray.CreateBuilder<(BridgeKey, object)>();
        foreach (var entry in entries)
        {
            if (BridgeKeys.TryParse(entry.Key) is not { } key)
                continue;
            var record = known.TryGetValue(entry.Key, out var before) && before.ModifyIndex == entry.ModifyIndex
                ? before.Record
                : Decode(key, entry);
            now.Add(entry.Key, (entry.ModifyIndex, record));
            if (record is not null)
                records.Add((key, record));
        }
        known = now;
        return records.ToImmutable();
    }

    private object? Decode(BridgeKey key, KeyValueEntry entry)
    {
        try
        {
            return key switch
            {
                BridgeKey.Host => BridgeRecords.Decode<HostRecord>(entry.Key, entry.Bytes.Span),
                BridgeKey.Attachment => BridgeRecords.Decode<AttachmentRecord>(entry.Key, entry.Bytes.Span),
                BridgeKey.Container => BridgeRecords.Decode<ContainerRecord>(entry.Key, entry.Bytes.Span),
                BridgeKey.Exposure => BridgeRecords.Decode<ExposureRecord>(entry.Key, entry.Bytes.Span),
                BridgeKey.SwarmRequest => BridgeRecords.Decode<SwarmRequest>(entry.Key, entry.Bytes.Span),
                BridgeKey.MoveRequest => BridgeRecords.Decode<MoveRequest>(entry.Key, entry.Bytes.Span),
                _ => null,
            };
        }
        catch (BridgeRecordException e)
        {
            log.LogWarning("A record cannot be read and is left out: {Reason}", e.Message);
            return null;
        }
    }
}
