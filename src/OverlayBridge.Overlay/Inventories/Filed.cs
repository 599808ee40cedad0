using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A key of the store with its record, which is null when the value cannot be decoded.</summary>
internal sealed record Filed<T>(KeyValueEntry Entry, T? Value)
    where T : class;
