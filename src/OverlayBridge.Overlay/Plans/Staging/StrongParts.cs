namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>Strongly connected parts of a graph (Kosaraju), without recursion: chains may be as long as a fleet is large.</summary>
internal static class StrongParts
{
    /// <summary>The number of each node's part. Parts are numbered so that no edge leads from a higher number to a lower one.</summary>
    public static (int[] Part, int Count) Of(int nodes, IReadOnlyList<(int From, int To, bool Strict)> edges)
    {
        var (onward, back) = (Adjacent(nodes, edges.Select(static edge => (edge.From, edge.To))), Adjacent(nodes, edges.Select(static edge => (edge.To, edge.From))));
        var finished = new List<int>(nodes);
        var seen = new bool[nodes];
        for (var node = 0; node < nodes; node++)
            Visit(onward, node, seen, finished.Add);
        var part = new int[nodes];
        var count = 0;
        seen = new bool[nodes];
        for (var at = nodes - 1; at >= 0; at--)
        {
            if (seen[finished[at]])
                continue;
            var number = count++;
            Visit(back, finished[at], seen, node => part[node] = number);
        }

        return (part, count);
    }

    private static void Visit(List<int>[] adjacent, int start, bool[] seen, Action<int> leave)
    {
        if (seen[start])
            return;
        var path = new Stack<(int Node, int Next)>();
        seen[start] = true;
        path.Push((start, 0));
        while (path.TryPop(out var at))
        {
            if (at.Next == adjacent[at.Node].Count)
            {
                leave(at.Node);
                continue;
            }

            path.Push((at.Node, at.Next + 1));
            var next = adjacent[at.Node][at.Next];
            if (seen[next])
                continue;
            seen[next] = true;
            path.Push((next, 0));
        }
    }

    private static List<int>[] Adjacent(int nodes, IEnumerable<(int From, int To)> edges)
    {
        var adjacent = new List<int>[nodes];
        for (var node = 0; node < nodes; node++)
            adjacent[node] = [];
        foreach (var (from, to) in edges)
            adjacent[from].Add(to);
        return adjacent;
    }
}
