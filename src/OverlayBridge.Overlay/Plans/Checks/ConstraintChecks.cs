using OverlayBridge.Overlay.Plans.Staging;

namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Demands name hosts that are there, and do not contradict each other.</summary>
internal static class ConstraintChecks
{
    public static IEnumerable<PlanProblem> Of(PlanSubject subject) => Names(subject).Concat(Conflicts(subject.Fleet));

    /// <summary>Conflicts as problems of a plan; each names all demands that take part.</summary>
    public static IEnumerable<PlanProblem> Conflicts(StagingFleet fleet) =>
        from conflict in DemandConflicts.Of(fleet)
        let names = conflict.Demands.Select(demand => demand.In(fleet)).ToList()
        select new PlanProblem(
            conflict.Demands[0].Path,
            names.Count == 1 ? $"This cannot be kept: {names[0]}." : $"These cannot all be kept: {string.Join("; ", names)}.",
            conflict.Reason, conflict.Remedy);

    private static IEnumerable<PlanProblem> Names(PlanSubject subject)
    {
        var constraints = subject.Plan.Constraints;
        if (constraints.Canary is { } canary && !subject.Hosts.ContainsKey(canary))
            yield return Unknown.Host("constraints/canary", canary, subject);
        var named = constraints.First.Select(static (host, at) => (Host: host, Path: $"first/{at}"))
            .Concat(constraints.Last.Select(static (host, at) => (Host: host, Path: $"last/{at}")))
            .Concat(constraints.Together.SelectMany(static (group, at) => group.Select((host, number) => (Host: host, Path: $"together/{at}/{number}"))))
            .Concat(constraints.Apart.SelectMany(static (group, at) => group.Select((host, number) => (Host: host, Path: $"apart/{at}/{number}"))))
            .Concat(constraints.Order.SelectMany(static (pair, at) => new[] { (Host: pair.Host, Path: $"order/{at}/host"), (Host: pair.After, Path: $"order/{at}/after") }));
        foreach (var (host, path) in named)
            if (!subject.Hosts.ContainsKey(host))
                yield return Unknown.Host($"constraints/{path}", host, subject);
        foreach (var (pair, at) in constraints.Order.Select(static (pair, at) => (pair, at)))
            if (pair.Host == pair.After)
                yield return new($"constraints/order/{at}", $"'{pair.Host}' is to go after itself.", "An order has two hosts.", "Correct one of the names, or remove the pair.");
    }
}
