using System.Collections.Immutable;
using System.Globalization;

namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>The stages, as they are written down, keep what is demanded.</summary>
internal static class StagedConstraintChecks
{
    private const string Remedy = "Move hosts between the stages, change the demand, or let 'overlaybridge plan create' make the stages.";

    public static IEnumerable<PlanProblem> Of(PlanSubject subject) =>
        Canary(subject).Concat(Pins(subject)).Concat(Groups(subject)).Concat(Order(subject)).Concat(Losses(subject));

    private static IEnumerable<PlanProblem> Canary(PlanSubject subject)
    {
        if (subject.Plan.Constraints.Canary is not { } canary || !subject.StageOf.TryGetValue(canary, out var stage) || !subject.Hosts.ContainsKey(canary))
            yield break;
        var path = PathOf(subject, canary);
        if (subject.Plan.Stages[stage].Hosts.Length > 1)
            yield return new(path, $"The canary '{canary}' does not go alone.", $"'{subject.Plan.Stages[stage].Name}' has {Listing.Of(subject.Plan.Stages[stage].Hosts)}.", Remedy);
        if (subject.StageOf.Any(pair => pair.Value < stage))
            yield return new(path, $"The canary '{canary}' does not go before all others.", $"{Listing.Of([.. subject.StageOf.Where(pair => pair.Value < stage).Select(static pair => pair.Key)])} would go earlier.", Remedy);
    }

    private static IEnumerable<PlanProblem> Pins(PlanSubject subject)
    {
        var constraints = subject.Plan.Constraints;
        var first = Staged(subject, constraints.First).ToHashSet(StringComparer.Ordinal);
        var last = Staged(subject, constraints.Last).ToHashSet(StringComparer.Ordinal);
        var others = subject.StageOf.Where(pair => pair.Key != constraints.Canary).ToList();
        foreach (var host in first.Where(host => host != constraints.Canary))
            if (others.Where(pair => !first.Contains(pair.Key) && pair.Value < subject.StageOf[host]).Select(static pair => pair.Key).FirstOrDefault() is { } earlier)
                yield return new(PathOf(subject, host), $"'{host}' is to go first, but '{earlier}' goes earlier.", "None of the others goes in an earlier stage than a host under 'first'.", Remedy);
        foreach (var host in last)
            if (others.Where(pair => !last.Contains(pair.Key) && pair.Value > subject.StageOf[host]).Select(static pair => pair.Key).FirstOrDefault() is { } later)
                yield return new(PathOf(subject, host), $"'{host}' is to go last, but '{later}' goes later.", "None of the others goes in a later stage than a host under 'last'.", Remedy);
    }

    private static IEnumerable<PlanProblem> Groups(PlanSubject subject)
    {
        foreach (var group in subject.Plan.Constraints.Together)
        {
            var hosts = Staged(subject, group).ToList();
            if (hosts.Find(host => subject.StageOf[host] != subject.StageOf[hosts[0]]) is { } stray)
                yield return new(PathOf(subject, stray), $"'{stray}' is to go together with '{hosts[0]}', but goes in another stage.", $"together [{string.Join(", ", group)}] is demanded.", Remedy);
        }

        foreach (var group in subject.Plan.Constraints.Apart)
            foreach (var stage in Staged(subject, group).GroupBy(host => subject.StageOf[host]).Select(static stage => stage.ToList()).Where(static stage => stage.Count > 1))
                yield return new(PathOf(subject, stage[1]), $"'{stage[1]}' and '{stage[0]}' go in one stage.", $"apart [{string.Join(", ", group)}] is demanded.", Remedy);
    }

    private static IEnumerable<PlanProblem> Order(PlanSubject subject) =>
        from pair in subject.Plan.Constraints.Order
        where pair.Host != pair.After && subject.StageOf.ContainsKey(pair.Host) && subject.StageOf.ContainsKey(pair.After)
        where subject.StageOf[pair.Host] <= subject.StageOf[pair.After]
        select new PlanProblem(PathOf(subject, pair.Host), $"'{pair.Host}' is to go after '{pair.After}', but does not go in a later stage.", "'order' demands it.", Remedy);

    /// <summary>A host that alone takes more away than may be is told of as a conflict already.</summary>
    private static IEnumerable<PlanProblem> Losses(PlanSubject subject)
    {
        foreach (var set in subject.Fleet.Sets.Where(static set => set.Loads.All(load => load.Count <= set.Allowed)))
            foreach (var stage in set.Loads.Where(load => subject.StageOf.ContainsKey(load.Host)).GroupBy(load => subject.StageOf[load.Host]))
                if (stage.Sum(static load => load.Count) is var lost && lost > set.Allowed)
                    yield return new(
                        string.Create(CultureInfo.InvariantCulture, $"stages/{stage.Key}/hosts"),
                        string.Create(CultureInfo.InvariantCulture, $"'{subject.Plan.Stages[stage.Key].Name}' takes {lost} of the {set.Size} replicas of '{set.Name}' away at once."),
                        string.Create(CultureInfo.InvariantCulture, $"{set.Allowed} may be away; they run on {Listing.Of([.. stage.Select(static load => load.Host)])}."),
                        Remedy);
    }

    private static IEnumerable<string> Staged(PlanSubject subject, ImmutableArray<string> hosts) =>
        hosts.Distinct(StringComparer.Ordinal).Where(host => subject.StageOf.ContainsKey(host) && subject.Hosts.ContainsKey(host));

    private static string PathOf(PlanSubject subject, string host)
    {
        var stage = subject.StageOf[host];
        return string.Create(CultureInfo.InvariantCulture, $"stages/{stage}/hosts/{subject.Plan.Stages[stage].Hosts.IndexOf(host)}");
    }
}
