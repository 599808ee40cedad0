namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>Items of which no two can share a stage: as many stages there must be. The largest such group, as far as a bounded search finds it.</summary>
internal static class Clique
{
    private const int StepsMax = 20_000;

    /// <summary>The size of the largest group found among <paramref name="items"/>: a lower bound, exact where the search came to its end.</summary>
    public static int Of(ConflictGraph graph, IReadOnlyList<int> items)
    {
        var search = new Search(graph);
        search.Run([.. items.OrderByDescending(graph.Degree).ThenBy(static item => item)], 0);
        return search.Best;
    }

    /// <summary>Branch and bound: a group is at most as large as its items need colours (Tomita and Seki).</summary>
    private sealed class Search(ConflictGraph graph)
    {
        private int _steps;

        public int Best { get; private set; }

        public void Run(List<int> candidates, int size)
        {
            if (candidates.Count == 0)
            {
                Best = Math.Max(Best, size);
                return;
            }

            var (order, colours) = Colour(candidates);
            for (var at = order.Count - 1; at >= 0; at--)
            {
                if (size + colours[at] <= Best || ++_steps > StepsMax)
                    return;
                var item = order[at];
                Run([.. order.Take(at).Where(other => graph.Has(item, other))], size + 1);
            }
        }

        // Greedy colouring: items of one colour do not conflict, so a group takes one of each colour at most.
        private (List<int> Order, List<int> Colours) Colour(List<int> candidates)
        {
            var classes = new List<List<int>>();
            foreach (var item in candidates)
            {
                var fitting = classes.Find(members => members.TrueForAll(other => !graph.Has(item, other)));
                if (fitting is null)
                    classes.Add(fitting = []);
                fitting.Add(item);
            }

            return ([.. classes.SelectMany(static members => members)], [.. classes.SelectMany(static (members, colour) => Enumerable.Repeat(colour + 1, members.Count))]);
        }
    }
}
