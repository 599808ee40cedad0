using System.Collections.Immutable;
using OverlayBridge.Overlay.Diff;

namespace OverlayBridge.Overlay.Plans.Diffs;

/// <summary>A difference between two plans.</summary>
/// <param name="Kind">What it is about: <c>plan</c>, <c>network</c>, <c>host</c>, <c>container</c>, <c>replica-set</c>, <c>compose</c>, <c>constraint</c>, <c>stage</c>, <c>gate</c>, <c>webhook</c>.</param>
/// <param name="Path">Its name: <c>h1/web</c>.</param>
/// <param name="Before">All that the first plan says of it, for people; null where it says nothing.</param>
/// <param name="After">The same of the second plan.</param>
public sealed record PlanChange(string Kind, string Path, ChangeAction Action, string? Before, string? After);

/// <summary>Compares two plans by what they say, not by how it is written. Pure.</summary>
public static class PlanDiff
{
    /// <summary>In the order of the file, things of the first plan before those that only the second has; none when the plans say the same.</summary>
    public static ImmutableArray<PlanChange> Of(MigrationPlan from, MigrationPlan to)
    {
        var (before, after) = (Facts(from), Facts(to));
        return
        [
            .. from fact in before
               let now = after.GetValueOrDefault(fact.Key)
               where now != fact.Value
               select new PlanChange(fact.Key.Kind, fact.Key.Path, now is null ? ChangeAction.Removed : ChangeAction.Changed, fact.Value, now),
            .. from fact in after
               where !before.ContainsKey(fact.Key)
               select new PlanChange(fact.Key.Kind, fact.Key.Path, ChangeAction.Added, null, fact.Value),
        ];
    }

    private static OrderedDictionary<(string Kind, string Path), string> Facts(MigrationPlan plan)
    {
        var facts = new OrderedDictionary<(string Kind, string Path), string>();
        foreach (var (kind, path, text) in PlanFacts.Of(plan))
            facts.TryAdd((kind, path), text);
        return facts;
    }
}
