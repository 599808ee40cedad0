using System.Collections.Frozen;
using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit.Rules;

namespace OverlayBridge.Overlay.Audit;

/// <summary>
/// Makes findings of observations, so that one cause gives one finding. This is the only place that says which rule's
/// break explains which other's, and only where both are about one thing: the child's <see cref="Observation.OwnedBy"/>
/// names one of the parent's <see cref="Observation.About"/>. Causes of causes are followed to the first one. What is left
/// and of one rule and <see cref="Observation.Group"/> becomes one finding, too.
/// </summary>
internal static class Grouping
{
    /// <summary>The rules that may explain a rule's break, the likeliest first. No rule explains its own cause.</summary>
    private static readonly FrozenDictionary<int, ImmutableArray<int>> Parents = new Dictionary<int, ImmutableArray<int>>
    {
        [1] = [51],                   // no value at all
        [2] = [51],
        [7] = [39],                   // the endpoint that is missing still counts
        [8] = [16, 8],                // an O alone is a leak of `network rm`; a lost network is one finding with its endpoints
        [9] = [39, 40, 2, 28, 25, 10, 27, 42, 8, 16, 1, 31, 29, 18, 20],
        [10] = [40, 28, 31, 29, 12],  // an edited record claims what was never marked; a bitmap made anew empty
        [14] = [17, 42, 8, 16, 1],    // the VNI of a lost O
        [16] = [8],
        [17] = [42, 51],              // rm deletes O first
        [18] = [42, 8, 16, 1, 18],    // the pool of a lost network; the master of an unused range
        [19] = [42],
        [20] = [19, 18],
        [21] = [18],
        [22] = [42, 8, 16, 1],
        [25] = [40, 37],              // only one of the two really has it
        [26] = [25],                  // equal addresses give equal MAC addresses
        [27] = [40, 28, 25, 10],      // an edited address
        [28] = [40],
        [29] = [42, 31],
        [32] = [42],
        [38] = [8, 36, 37],
        [41] = [6],                   // a bitmap with another id is not used at all
        [46] = [51],
        [51] = [3, 5, 6],
    }.ToFrozenDictionary();

    /// <returns>In the order of a report: by severity, rule, network, subject.</returns>
    public static ImmutableArray<AuditFinding> Findings(ImmutableArray<Observation> observations)
    {
        var roots = RootsOf(observations);
        var explained = Enumerable.Range(0, observations.Length).Where(i => roots[i] != i).ToLookup(i => roots[i], i => observations[i]);
        var own = Enumerable.Range(0, observations.Length).Where(i => roots[i] == i).ToList();
        var alone = own.Where(i => observations[i].Group is null).Select(i => Finding(observations[i], explained[i]));
        var together = own.Where(i => observations[i].Group is not null)
            .GroupBy(i => (observations[i].Rule.Number, observations[i].Group))
            .Select(group => Finding([.. group.Select(i => observations[i])], group.SelectMany(i => explained[i])));
        return InOrder(alone.Concat(together));
    }

    private static int[] RootsOf(ImmutableArray<Observation> observations)
    {
        var byThing = new Dictionary<(int Rule, string Thing), int>();
        for (int i = 0; i < observations.Length; i++)
            foreach (string thing in observations[i].About)
                byThing.TryAdd((observations[i].Rule.Number, thing), i);
        int[] roots = [.. observations.Select((seen, i) => ParentOf(seen, i, byThing))];
        for (int i = 0; i < roots.Length; i++)
            while (roots[roots[i]] != roots[i])
                roots[i] = roots[roots[i]];
        return roots;
    }

    private static int ParentOf(Observation seen, int self, Dictionary<(int Rule, string Thing), int> byThing)
    {
        if (!seen.OwnedBy.IsEmpty && Parents.TryGetValue(seen.Rule.Number, out var parents))
            foreach (int parent in parents)
                foreach (string thing in seen.OwnedBy)
                    if (byThing.TryGetValue((parent, thing), out int found) && found != self)
                        return found;
        return self;
    }

    private static AuditFinding Finding(ImmutableArray<Observation> group, IEnumerable<Observation> explained) =>
        RuleSet.All[group[0].Rule.Number - 1].Head(group) is { } head
            ? Finding(head, group.Where(seen => seen.Subject != head.Subject).Concat(explained))
            : Finding(group[0], group.Skip(1).Concat(explained));

    private static AuditFinding Finding(Observation seen, IEnumerable<Observation> explained) => new()
    {
        Rule = seen.Rule.Id,
        Name = seen.Rule.Name,
        Severity = seen.Severity,
        Network = seen.Network,
        Keys = seen.Keys,
        Subject = seen.Subject,
        Message = seen.Message,
        Cause = seen.Cause,
        Repair = seen.Repair,
        Repairable = seen.Repairable,
        RepairableWith = seen.Rule.Repairable && !seen.Repairable ? [] : seen.RepairableWith,
        Explains =
        [
            .. explained.Select(e => new ExplainedFinding(e.Rule.Id, e.Subject, e.Keys, e.Severity, e.Repairable))
                .OrderBy(e => e.Rule, StringComparer.Ordinal).ThenBy(e => e.Subject, KeyOrder.Instance),
        ],
    };

    private static ImmutableArray<AuditFinding> InOrder(IEnumerable<AuditFinding> findings) =>
    [
        .. findings.OrderBy(f => f.Severity).ThenBy(f => f.Rule, StringComparer.Ordinal)
            .ThenBy(f => f.Network?.Name, KeyOrder.Instance).ThenBy(f => f.Network?.Id, KeyOrder.Instance)
            .ThenBy(f => f.Subject, KeyOrder.Instance),
    ];
}
