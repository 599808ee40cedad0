using System.Collections.Immutable;
using OverlayBridge.Overlay.Diff;

namespace OverlayBridge.Reports.Diffs;

/// <summary>Changes of one kind within one pool or network, counted instead of listed.</summary>
/// <param name="Where">The pool's id, or the network's name with its short id.</param>
internal sealed record ChangeCount(ChangeKind Kind, string Where, DiffSummary Counts);

/// <summary>
/// What an import says of its changes. A first import adds every address there is: these are counted by pool, and very many endpoints by
/// network. The JSON lists each.
/// </summary>
/// <param name="Listed">Changes shown one by one.</param>
internal sealed record ChangeCounts(ImmutableArray<StateChange> Listed, ImmutableArray<ChangeCount> Counted)
{
    private const int EndpointsListedMax = 50;

    public static ChangeCounts Of(ImmutableArray<StateChange> changes)
    {
        var many = changes.Count(change => change.Kind == ChangeKind.Endpoint) > EndpointsListedMax;
        var names = changes.Where(change => change.Kind == ChangeKind.Network).ToDictionary(change => change.Path, DiffWords.Subject);
        return new(
            [.. changes.Where(change => !IsCounted(change, many))],
            [
                .. changes.Where(change => IsCounted(change, many)).GroupBy(change => (change.Kind, Where: WhereOf(change, names)))
                    .Select(group => new ChangeCount(group.Key.Kind, group.Key.Where, DiffSummary.Of(group.Select(change => change.Action)))),
            ]);
    }

    private static bool IsCounted(StateChange change, bool many) =>
        change.Kind == ChangeKind.Address || (change.Kind == ChangeKind.Endpoint && many);

    // An address's path is its pool's id, a blank and the address; an endpoint's its network's id, a slash and its own.
    private static string WhereOf(StateChange change, Dictionary<string, string> names)
    {
        var isAddress = change.Kind == ChangeKind.Address;
        var end = isAddress ? change.Path.LastIndexOf(' ') : change.Path.IndexOf('/', StringComparison.Ordinal);
        var id = end < 0 ? change.Path : change.Path[..end];
        return isAddress ? id : names.GetValueOrDefault(id) ?? Wording.NameOr(null, id);
    }
}
