using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Diff;

/// <summary>A difference in a raw key, byte for byte and index for index.</summary>
public sealed record KeyChange
{
    public required string Key { get; init; }

    public required ChangeAction Action { get; init; }

    /// <summary>
    /// What differs: <c>value flags createIndex modifyIndex lockIndex session</c>, in this order; empty for a key that was
    /// added or removed.
    /// </summary>
    public required ImmutableArray<string> Fields { get; init; }

    /// <summary>Null when the key was added.</summary>
    public KeyValueEntry? Before { get; init; }

    /// <summary>Null when the key was removed.</summary>
    public KeyValueEntry? After { get; init; }
}
