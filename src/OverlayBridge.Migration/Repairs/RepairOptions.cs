using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Migration.Repairs;

/// <summary>How a repair is carried out.</summary>
public sealed record RepairOptions
{
    /// <summary>False: plan only, by the same reads, and change nothing.</summary>
    public bool Apply { get; init; }

    /// <summary>Between the two first reads: what is only a moment of an ordinary operation is gone by then.</summary>
    public TimeSpan Again { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Where the store is copied to before the first write; must not exist.</summary>
    public required string BackupFile { get; init; }

    /// <summary>Blocks set aside for swarm.</summary>
    public ImmutableArray<Cidr> Fences { get; init; } = [];

    /// <summary>
    /// How often one step may lose against engines before it is given up. An engine that loses a CAS tries again at once; so
    /// many losses in a row mean that something else is wrong.
    /// </summary>
    public int MostConflicts { get; init; } = 20;
}
