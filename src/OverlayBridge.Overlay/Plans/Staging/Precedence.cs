using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>
/// What demands say of the order of hosts, as a graph: an edge says "not later than" or, strict, "earlier than". Nodes are the hosts, and three marks
/// between the canary and all others, the first and the others, the others and the last: they keep the number of edges small.
/// </summary>
internal sealed class Precedence
{
    private readonly StagingFleet _fleet;
    private readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);

    /// <param name="counted">The demands that count; null for all of them.</param>
    public Precedence(StagingFleet fleet, IReadOnlySet<Demand>? counted = null)
    {
        _fleet = fleet;
        foreach (var host in fleet.Hosts)
            _nodes.TryAdd(host, _nodes.Count);
        NodeCount = fleet.Hosts.Length + 3;
        Edges = [.. Build(demand => counted?.Contains(demand) ?? true)];
        (Part, PartCount) = StrongParts.Of(NodeCount, Edges);
    }

    public int NodeCount { get; }

    public ImmutableArray<(int From, int To, bool Strict)> Edges { get; }

    /// <summary>Nodes with the same number must be in one stage: each is not later than the other.</summary>
    public int[] Part { get; }

    public int PartCount { get; }

    private int CanaryMark => _fleet.Hosts.Length;

    private int FirstMark => CanaryMark + 1;

    private int LastMark => CanaryMark + 2;

    /// <summary>A host's node; null for a name that no host has.</summary>
    public int? NodeOf(string host) => _nodes.TryGetValue(host, out var node) ? node : null;

    /// <summary>The demands on the order that a fleet has.</summary>
    public static IEnumerable<Demand> DemandsOf(PlanConstraints constraints)
    {
        if (constraints.Canary is not null)
            yield return new(DemandKind.Canary, 0);
        if (!constraints.First.IsEmpty)
            yield return new(DemandKind.First, 0);
        if (!constraints.Last.IsEmpty)
            yield return new(DemandKind.Last, 0);
        for (var at = 0; at < constraints.Together.Length; at++)
            yield return new(DemandKind.Together, at);
        for (var at = 0; at < constraints.Order.Length; at++)
            yield return new(DemandKind.Order, at);
    }

    private IEnumerable<(int From, int To, bool Strict)> Build(Func<Demand, bool> counts)
    {
        var constraints = _fleet.Constraints;
        var canary = constraints.Canary is { } name ? NodeOf(name) : null;
        if (canary is { } alone && counts(new(DemandKind.Canary, 0)))
        {
            yield return (alone, CanaryMark, true);
            foreach (var other in Others([alone]))
                yield return (CanaryMark, other, false);
        }

        if (!constraints.First.IsEmpty && counts(new(DemandKind.First, 0)))
            foreach (var edge in Pinned(constraints.First, canary, FirstMark, inFront: true))
                yield return edge;
        if (!constraints.Last.IsEmpty && counts(new(DemandKind.Last, 0)))
            foreach (var edge in Pinned(constraints.Last, canary, LastMark, inFront: false))
                yield return edge;
        for (var at = 0; at < constraints.Together.Length; at++)
            if (counts(new(DemandKind.Together, at)))
                foreach (var edge in Ring(Known(constraints.Together[at])))
                    yield return edge;
        for (var at = 0; at < constraints.Order.Length; at++)
            if (counts(new(DemandKind.Order, at)) && NodeOf(constraints.Order[at].Host) is { } later && NodeOf(constraints.Order[at].After) is { } earlier && earlier != later)
                yield return (earlier, later, true);
    }

    // The canary goes before all others in any case; that a host is the canary and last at once is for the graph to find.
    private IEnumerable<(int From, int To, bool Strict)> Pinned(ImmutableArray<string> hosts, int? canary, int mark, bool inFront)
    {
        var pinned = Known(hosts).ToHashSet();
        if (inFront && canary is { } alone)
            pinned.Remove(alone);
        if (pinned.Count == 0)
            yield break;
        foreach (var host in pinned)
            yield return inFront ? (host, mark, false) : (mark, host, false);
        foreach (var other in Others(pinned).Where(other => !inFront || other != canary))
            yield return inFront ? (mark, other, false) : (other, mark, false);
    }

    private static IEnumerable<(int From, int To, bool Strict)> Ring(IReadOnlyList<int> nodes) =>
        nodes.Select((node, at) => (node, nodes[(at + 1) % nodes.Count], false));

    private IReadOnlyList<int> Known(IEnumerable<string> hosts) => [.. hosts.Select(NodeOf).OfType<int>().Distinct()];

    private IEnumerable<int> Others(HashSet<int> hosts) => Enumerable.Range(0, _fleet.Hosts.Length).Where(node => !hosts.Contains(node));
}
