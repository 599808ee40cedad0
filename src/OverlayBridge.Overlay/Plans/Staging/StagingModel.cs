namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>
/// A fleet without conflicts as numbers to count with. Items are what must be in one stage: a host, or hosts that go together; marks between groups
/// of hosts are items without load.
/// </summary>
internal sealed class StagingModel
{
    public StagingModel(StagingFleet fleet)
    {
        var precedence = new Precedence(fleet);
        ItemOf = [.. fleet.Hosts.Select((_, host) => precedence.Part[host])];
        Count = precedence.PartCount;
        Allowed = [.. fleet.Sets.Select(static set => set.Allowed)];
        Loads = LoadsOf(fleet, precedence);
        Apart = ApartOf(fleet, precedence);
        (Before, After) = EdgesOf(precedence);
        IsHost = new bool[Count];
        foreach (var item in ItemOf)
            IsHost[item] = true;
    }

    /// <summary>Item of each host, by the host's place in the fleet.</summary>
    public int[] ItemOf { get; }

    /// <summary>How many items; numbered so that none has to go before one with a lower number.</summary>
    public int Count { get; }

    /// <summary>Whether an item is or holds a host.</summary>
    public bool[] IsHost { get; }

    /// <summary>Per item: replicas that go away with it, by set.</summary>
    public (int Set, int Count)[][] Loads { get; }

    /// <summary>Per set: how many replicas may be away in one stage.</summary>
    public int[] Allowed { get; }

    /// <summary>Per item: those that may not share a stage with it.</summary>
    public int[][] Apart { get; }

    /// <summary>Per item: those that must be at least so many stages (0 or 1) earlier.</summary>
    public (int Item, int Gap)[][] Before { get; }

    /// <summary>Per item: those that must be at least so many stages (0 or 1) later.</summary>
    public (int Item, int Gap)[][] After { get; }

    private static (int Set, int Count)[][] LoadsOf(StagingFleet fleet, Precedence precedence)
    {
        var loads = new Dictionary<int, int>[precedence.PartCount];
        foreach (var (set, number) in fleet.Sets.Select(static (set, number) => (set, number)))
            foreach (var (host, count) in set.Loads)
                if (precedence.NodeOf(host) is { } node)
                {
                    var item = loads[precedence.Part[node]] ??= [];
                    item[number] = item.GetValueOrDefault(number) + count;
                }

        return [.. loads.Select(static item => item is null ? [] : item.Select(static pair => (pair.Key, pair.Value)).ToArray())];
    }

    private static int[][] ApartOf(StagingFleet fleet, Precedence precedence)
    {
        var apart = new HashSet<int>[precedence.PartCount];
        foreach (var group in fleet.Constraints.Apart)
        {
            var items = group.Select(precedence.NodeOf).OfType<int>().Select(node => precedence.Part[node]).Distinct().ToList();
            foreach (var item in items)
                (apart[item] ??= []).UnionWith(items.Where(other => other != item));
        }

        return [.. apart.Select(static others => others is null ? [] : others.ToArray())];
    }

    private static ((int Item, int Gap)[][] Before, (int Item, int Gap)[][] After) EdgesOf(Precedence precedence)
    {
        var gaps = new Dictionary<(int From, int To), int>();
        foreach (var (from, to, strict) in precedence.Edges)
            if ((precedence.Part[from], precedence.Part[to]) is var edge && edge.Item1 != edge.Item2)
                gaps[edge] = Math.Max(gaps.GetValueOrDefault(edge), strict ? 1 : 0);
        var before = gaps.ToLookup(static pair => pair.Key.To, static pair => (pair.Key.From, pair.Value));
        var after = gaps.ToLookup(static pair => pair.Key.From, static pair => (pair.Key.To, pair.Value));
        var items = Enumerable.Range(0, precedence.PartCount).ToList();
        return ([.. items.Select(item => before[item].ToArray())], [.. items.Select(item => after[item].ToArray())]);
    }
}
