using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A key of the store with its record, which is null when the value cannot be decoded.</summary>
internal sealed record Filed<T>(KeyValueEntry Entry, StoredRecord<T>? Record)
    where T : class
{
    public T? Value => Record?.Value;
}
