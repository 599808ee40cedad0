using System.Numerics;

namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>So many stages there must be, whoever makes them.</summary>
internal static class LowerBound
{
    /// <summary>The best of three bounds, each along the order that is demanded: replicas of a set by what it may lose, hosts of which no two can share a stage, chains.</summary>
    public static int Of(StagingModel model)
    {
        var marks = Enumerable.Range(0, model.Count).Where(item => !model.IsHost[item] && model.Before[item].Length + model.After[item].Length > 0).ToList();
        var conflicts = new ConflictGraph(model);
        var all = Enumerable.Range(0, model.Count).Where(item => model.IsHost[item]).ToList();
        if (all.Count == 0)
            return 0;
        // earliest[m]: the least stage of an item; a mark waits for all that stands before it.
        var earliest = new int[model.Count];
        var bound = Within(model, conflicts, all);
        for (var item = 0; item < model.Count; item++)
        {
            earliest[item] = model.Before[item].Select(before => earliest[before.Item] + before.Gap).DefaultIfEmpty(0).Max();
            if (marks.Contains(item))
                earliest[item] = Math.Max(earliest[item], BeforeMark(model, conflicts, earliest, marks, item));
            bound = Math.Max(bound, model.IsHost[item] ? earliest[item] + 1 : 0);
            if (marks.Contains(item))
                bound = Math.Max(bound, earliest[item] + Within(model, conflicts, [.. Reached(model, item, model.After).Where(next => model.IsHost[next])]));
        }

        return bound;
    }

    // All hosts between an earlier mark (or the beginning) and this one are in the stages from that mark's to this one's.
    private static int BeforeMark(StagingModel model, ConflictGraph conflicts, int[] earliest, List<int> marks, int mark)
    {
        var strict = model.Before[mark].Any(static before => before.Gap > 0) ? 1 : 0;
        var before = Reached(model, mark, model.Before);
        var least = Within(model, conflicts, [.. before.Where(item => model.IsHost[item])]) - 1 + strict;
        foreach (var other in marks.Where(before.Contains))
        {
            var between = Reached(model, other, model.After);
            least = Math.Max(least, earliest[other] + Within(model, conflicts, [.. before.Where(item => model.IsHost[item] && between.Contains(item))]) - 1);
        }

        return least;
    }

    private static int Within(StagingModel model, ConflictGraph conflicts, List<int> items)
    {
        if (items.Count == 0)
            return 0;
        var away = new long[model.Allowed.Length];
        foreach (var item in items)
            foreach (var (set, count) in model.Loads[item])
                away[set] += count;
        var bySets = away.Select((count, set) => (int)((count + model.Allowed[set] - 1) / model.Allowed[set])).DefaultIfEmpty(0).Max();
        return Math.Max(Math.Max(1, bySets), Clique.Of(conflicts, items));
    }

    private static HashSet<int> Reached(StagingModel model, int start, (int Item, int Gap)[][] edges)
    {
        var reached = new HashSet<int>();
        var open = new Stack<int>([start]);
        while (open.TryPop(out var item))
            foreach (var (next, _) in edges[item])
                if (reached.Add(next))
                    open.Push(next);
        return reached;
    }
}

/// <summary>Which items cannot share a stage: kept apart, or more replicas of a set on the two than may be away.</summary>
internal sealed class ConflictGraph
{
    private readonly ulong[][] _rows;

    public ConflictGraph(StagingModel model)
    {
        var words = (model.Count + 63) / 64;
        _rows = [.. Enumerable.Range(0, model.Count).Select(_ => new ulong[words])];
        for (var item = 0; item < model.Count; item++)
            foreach (var other in model.Apart[item])
                Add(item, other);
        var holders = new List<(int Item, int Count)>[model.Allowed.Length];
        for (var item = 0; item < model.Count; item++)
            foreach (var (set, count) in model.Loads[item])
                (holders[set] ??= []).Add((item, count));
        for (var set = 0; set < holders.Length; set++)
            AddSet(holders[set] ?? [], model.Allowed[set]);
    }

    public int Degree(int item) => _rows[item].Sum(static word => BitOperations.PopCount(word));

    public bool Has(int item, int other) => (_rows[item][other / 64] >> (other % 64) & 1) != 0;

    // Only those of which two are too many: with an allowance of many none is.
    private void AddSet(List<(int Item, int Count)> holders, int allowed)
    {
        holders.Sort(static (one, two) => two.Count.CompareTo(one.Count));
        for (var at = 0; at < holders.Count; at++)
            for (var next = at + 1; next < holders.Count && holders[at].Count + holders[next].Count > allowed; next++)
                (_, _) = (Add(holders[at].Item, holders[next].Item), Add(holders[next].Item, holders[at].Item));
    }

    private bool Add(int item, int other)
    {
        _rows[item][other / 64] |= 1UL << (other % 64);
        return true;
    }
}
