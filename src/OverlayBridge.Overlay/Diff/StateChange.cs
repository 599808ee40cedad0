using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Diff;

/// <summary>A difference by meaning.</summary>
public sealed record StateChange
{
    public required ChangeKind Kind { get; init; }

    /// <summary>
    /// What changed, in full ids and addresses: network id; pool id; pool id, blank, address (or first–last address of an
    /// unclaimed range); network id, slash, endpoint id; host address; store key.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>The same for people: the network's, endpoint's or pool's name, or null when the path says it all.</summary>
    public string? Name { get; init; }

    public required ChangeAction Action { get; init; }

    /// <summary>Facts by name: those that differ, or all when the thing was removed; null when it was added.</summary>
    public ImmutableSortedDictionary<string, string>? Before { get; init; }

    /// <summary>Facts by name: those that differ, or all when the thing was added; null when it was removed.</summary>
    public ImmutableSortedDictionary<string, string>? After { get; init; }
}
