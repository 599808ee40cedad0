using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

/// <summary>
/// What differs between two stores, twice over: by meaning, and key by key. Indexes count only key by key. The list of
/// sessions is not compared, only which session holds a key.
/// </summary>
public sealed record StateDiff
{
    /// <summary>Source of the one image.</summary>
    public required string From { get; init; }

    /// <summary>Source of the other image.</summary>
    public required string To { get; init; }

    /// <summary>Counts <see cref="Changes"/>.</summary>
    public required DiffSummary Summary { get; init; }

    /// <summary>By kind; networks and endpoints by name, addresses in numeric order, the rest by path.</summary>
    public required ImmutableArray<StateChange> Changes { get; init; }

    /// <summary>Counts <see cref="Keys"/>.</summary>
    public required DiffSummary KeySummary { get; init; }

    /// <summary>In key order.</summary>
    public required ImmutableArray<KeyChange> Keys { get; init; }

    /// <summary>
    /// False when a source has no indexes (<c>consul kv export</c>): then indexes, locks and sessions were not compared.
    /// </summary>
    public required bool IndexesCompared { get; init; }

    /// <summary>What a reader must know about the comparison, one sentence each.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>Nothing differs, not in a byte and, where they were compared, not in an index.</summary>
    public bool IsEmpty => Changes.IsEmpty && Keys.IsEmpty;

    /// <summary>Compares two images; added means: only in <paramref name="to"/>. Never throws on any keys and values.</summary>
    public static StateDiff Between(StoreImage from, StoreImage to)
    {
        ImmutableArray<string> notes =
        [
            .. new[] { from, to }.Where(image => !HasIndexes(image)).Select(image =>
                $"{image.Source} has no indexes: indexes, locks and sessions were not compared."),
        ];
        var keys = KeyChanges.Between(from, to, indexes: notes.IsEmpty);
        var changes = ByMeaning(from, to, [.. keys.Where(key => key.Action != ChangeAction.Changed || key.Fields.Contains("value")).Select(key => key.Key)]);
        return new StateDiff
        {
            From = from.Source,
            To = to.Source,
            Changes = changes,
            Summary = DiffSummary.Of(changes.Select(c => c.Action)),
            Keys = keys,
            KeySummary = DiffSummary.Of(keys.Select(c => c.Action)),
            IndexesCompared = notes.IsEmpty,
            Notes = notes,
        };
    }

    private static bool HasIndexes(StoreImage image) => image.Entries.IsEmpty || image.Entries.Any(e => e.ModifyIndex != 0);

    /// <param name="changed">Keys that only one store has, and those whose values differ.</param>
    private static ImmutableArray<StateChange> ByMeaning(StoreImage from, StoreImage to, ImmutableArray<string> changed)
    {
        if (changed.IsEmpty)
            return [];
        Inventory? before = null, after = null;
        Parallel.Invoke(() => before = Inventory.From(from), () => after = Inventory.From(to));
        return ByMeaning((from, before!), (to, after!), Touched.By(changed, before!, after!));
    }

    internal static ImmutableArray<StateChange> ByMeaning((StoreImage Image, Inventory Inventory) from, (StoreImage Image, Inventory Inventory) to, Touched touched)
    {
        var (former, present) = RenamedIds.Between(from.Inventory, to.Inventory, touched);
        return Compare(Thing.AllOf(from.Inventory, from.Image, touched, former), Thing.AllOf(to.Inventory, to.Image, touched, present));
    }

    private static ImmutableArray<StateChange> Compare(IEnumerable<Thing> from, IEnumerable<Thing> to)
    {
        Dictionary<(ChangeKind Kind, string Path), Thing> before = [], after = [];
        Parallel.Invoke(() => before = from.ToDictionary(t => (t.Kind, t.Path)), () => after = to.ToDictionary(t => (t.Kind, t.Path)));
        return
        [
            .. before.Keys.Union(after.Keys)
                .Select(key => (Before: before.GetValueOrDefault(key), After: after.GetValueOrDefault(key)))
                .Where(pair => !Same(pair.Before, pair.After))
                .OrderBy(pair => (pair.After ?? pair.Before)!, Thing.Order)
                .Select(pair => Change(pair.Before, pair.After)),
        ];
    }

    private static bool Same(Thing? before, Thing? after) =>
        before is not null && after is not null && before.Facts.SequenceEqual(after.Facts);

    private static StateChange Change(Thing? before, Thing? after) => new()
    {
        Kind = (after ?? before)!.Kind,
        Path = (after ?? before)!.Path,
        Name = (after ?? before)!.Name,
        Action = before is null ? ChangeAction.Added : after is null ? ChangeAction.Removed : ChangeAction.Changed,
        Before = Differing(before, after),
        After = Differing(after, before),
    };

    private static ImmutableSortedDictionary<string, string>? Differing(Thing? thing, Thing? other) =>
        thing is null || other is null
            ? thing?.Facts
            : thing.Facts.RemoveRange(thing.Facts.Where(fact => other.Facts.Contains(fact)).Select(fact => fact.Key));
}
