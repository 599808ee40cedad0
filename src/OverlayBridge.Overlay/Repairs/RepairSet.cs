using System.Collections.Immutable;
using OverlayBridge.Overlay.Repairs.Rules;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>Every rule that can be repaired.</summary>
internal static class RepairSet
{
    /// <summary>
    /// In the order in which they are planned: what cannot be read first, then what is marked free and is in use, then what
    /// is removed, then what that leaves marked as used; counters last.
    /// </summary>
    public static ImmutableArray<Repair> InOrder { get; } =
    [
        new Repair05UnreadablePools(),
        new Repair23BrokenSubPool(),
        new Repair19MissingPool(),
        new Repair06UnreadableBitmap(),
        new Repair21MissingBitmap(),
        new Repair03UnreadableCount(),
        new Repair04MissingCount(),
        new Repair12UnmarkedBoundary(),
        new Repair10UnmarkedAddress(),
        new Repair13UnmarkedVni(),
        new Repair36LostHost(),
        new Repair37StaleEndpoint(),
        new Repair38UnjoinedEndpoint(),
        new Repair08Remnant(),
        new Repair16RemnantOverlay(),
        new Repair18OrphanPool(),
        new Repair20OrphanBitmap(),
        new Repair14LeakedVni(),
        new Repair09LeakedAddress(),
        new Repair22WrongReferenceCount(),
        new Repair07WrongCount(),
        new Repair11WrongFreeCounter(),
    ];
}
