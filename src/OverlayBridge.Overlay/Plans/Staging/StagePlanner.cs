using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>Hosts in stages.</summary>
/// <param name="Stages">Names of the hosts of each stage, in the order of the fleet.</param>
/// <param name="LowerBound">So many stages there are at least, whatever is tried.</param>
/// <param name="Greedy">So many stages the greedy way would have made.</param>
public sealed record StagedFleet(ImmutableArray<ImmutableArray<string>> Stages, int LowerBound, int Greedy);

/// <summary>
/// Puts the hosts of a fleet into as few stages as can be. Finding the least number is as hard as colouring graphs; so it begins with the greedy way
/// and then looks for one stage less by a bounded search, until the lower bound is reached or nothing is found. Deterministic, and pure.
/// </summary>
public static class StagePlanner
{
    private const int SeedsMax = 2;
    private const int StepsMin = 2_000;
    private const long WorkMax = 60_000_000;

    /// <exception cref="ArgumentException">The demands contradict each other: see <see cref="DemandConflicts"/>.</exception>
    public static StagedFleet Plan(StagingFleet fleet, CancellationToken token)
    {
        if (DemandConflicts.Of(fleet) is [var conflict, ..])
            throw new ArgumentException($"No stages can keep this: {string.Join("; ", conflict.Demands.Select(demand => demand.In(fleet)))}", nameof(fleet));
        var model = new StagingModel(fleet);
        var bound = LowerBound.Of(model);
        var greedy = FirstFit.Place(model, new double[model.Count]);
        var best = Orders(model).Select(order => Compact(model, FirstFit.Place(model, order))).Prepend(Compact(model, greedy)).MinBy(Height)!;
        while (Height(best) > bound && Fewer(model, best, token) is { } fewer)
            best = Compact(model, fewer);
        var stages = fleet.Hosts.Select((host, at) => (Host: host, Stage: best[model.ItemOf[at]])).ToLookup(static placed => placed.Stage, static placed => placed.Host);
        return new([.. Enumerable.Range(0, Height(best)).Select(stage => stages[stage].ToImmutableArray())], bound, Height(Compact(model, greedy)));
    }

    /// <summary>So many stages of hosts there must be, whatever is tried; for a fleet whose demands do not contradict each other.</summary>
    public static int LowerBoundOf(StagingFleet fleet) => LowerBound.Of(new StagingModel(fleet));

    // Those that are hardest to place first: with the most neighbours, the largest share of what their sets may lose.
    private static IEnumerable<double[]> Orders(StagingModel model)
    {
        var conflicts = new ConflictGraph(model);
        yield return [.. Enumerable.Range(0, model.Count).Select(item => (double)conflicts.Degree(item))];
        yield return [.. model.Loads.Select(loads => loads.Sum(load => (double)load.Count / model.Allowed[load.Set]))];
    }

    private static int[]? Fewer(StagingModel model, int[] best, CancellationToken token)
    {
        var stages = Height(best) - 1;
        // A step looks at each load of each item once, and at those of a few items in every stage.
        var work = model.Loads.Sum(static loads => loads.Length + 1) + 1;
        var steps = (int)Math.Clamp(WorkMax / work, StepsMin, 50_000);
        for (var seed = 0; seed < SeedsMax; seed++)
            if (TabuSearch.Find(model, stages, best, seed, steps, token) is { } found)
                return found;
        return null;
    }

    /// <summary>Marks need no stage of their own: stages without hosts go.</summary>
    private static int[] Compact(StagingModel model, int[] stage)
    {
        var used = new SortedSet<int>(Enumerable.Range(0, model.Count).Where(item => model.IsHost[item]).Select(item => stage[item])).ToList();
        return [.. stage.Select((at, item) => model.IsHost[item] ? used.BinarySearch(at) : Math.Max(0, used.FindLastIndex(each => each <= at)))];
    }

    private static int Height(int[] stage) => stage.DefaultIfEmpty(-1).Max() + 1;
}
