using System.Collections.Immutable;
using System.Globalization;

namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>Demands of which no stages, however many, could keep all, though any one less could be kept.</summary>
/// <param name="Demands">At least one: more replicas on one host than may be away is impossible by itself.</param>
/// <param name="Reason">What they lead to together, as a sentence.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record DemandConflict(ImmutableArray<Demand> Demands, string Reason, string Remedy);

/// <summary>Finds what is demanded and impossible. With as many stages as hosts all else can be kept: what conflicts is what must be in one stage.</summary>
public static class DemandConflicts
{
    /// <summary>So many are told; a fleet whose sets all stand on one host each has one for every set.</summary>
    public const int ShownMax = 50;

    /// <summary>Each with a minimal set of demands; none when stages exist.</summary>
    public static ImmutableArray<DemandConflict> Of(StagingFleet fleet)
    {
        var order = Precedence.DemandsOf(fleet.Constraints).ToImmutableArray();
        var precedence = new Precedence(fleet);
        return [.. Cycles(fleet, order, precedence).Concat(Apart(fleet, order, precedence)).Concat(Limits(fleet, order, precedence)).Take(ShownMax)];
    }

    private static IEnumerable<DemandConflict> Cycles(StagingFleet fleet, ImmutableArray<Demand> order, Precedence precedence)
    {
        if (!IsCyclic(precedence))
            yield break;
        var demands = Minimal(fleet, order, IsCyclic);
        var least = new Precedence(fleet, demands.ToHashSet());
        var edge = least.Edges.First(edge => edge.Strict && least.Part[edge.From] == least.Part[edge.To]);
        var host = fleet.Hosts[Math.Min(edge.From, edge.To)];
        yield return new(demands, $"Together they say that '{host}' goes earlier than itself.", "Take one of them back.");
    }

    private static IEnumerable<DemandConflict> Apart(StagingFleet fleet, ImmutableArray<Demand> order, Precedence precedence)
    {
        foreach (var (group, number) in fleet.Constraints.Apart.Select(static (group, number) => (group, number)))
        {
            if (Met(group, precedence) is null)
                continue;
            var demands = Minimal(fleet, order, less => Met(group, less) is not null);
            var least = new Precedence(fleet, demands.ToHashSet());
            if (IsCyclic(least))
                continue;
            var (one, two) = Met(group, least)!.Value;
            yield return new([.. demands, new(DemandKind.Apart, number)], $"The others put '{one}' and '{two}' into one stage.", "Take one of them back.");
        }
    }

    private static IEnumerable<DemandConflict> Limits(StagingFleet fleet, ImmutableArray<Demand> order, Precedence precedence)
    {
        foreach (var (set, number) in fleet.Sets.Select(static (set, number) => (set, number)))
        {
            var limit = new Demand(DemandKind.Limit, number);
            if (set.Loads.Where(load => load.Count > set.Allowed).Select(static load => load.Host).FirstOrDefault() is { } host)
            {
                var count = set.Loads.First(load => load.Host == host).Count;
                yield return new(
                    [limit], string.Create(CultureInfo.InvariantCulture, $"{count} of them run on '{host}', which goes over as a whole."),
                    string.Create(CultureInfo.InvariantCulture, $"Allow {count} of '{set.Name}' to be away (maxUnavailable of the set), or first move replicas to other hosts."));
            }
            else if (Overloaded(set, precedence) is not null)
            {
                var demands = Minimal(fleet, order, less => Overloaded(set, less) is not null);
                var least = new Precedence(fleet, demands.ToHashSet());
                if (IsCyclic(least))
                    continue;
                var hosts = Overloaded(set, least)!;
                yield return new([.. demands, limit], $"The others put {string.Join(", ", hosts.Take(8).Select(static name => $"'{name}'"))} into one stage.", "Take one of them back, or allow more replicas to be away.");
            }
        }
    }

    // What goes before itself is in one stage with all between: that is told as the circle that it is, not again for each of them.
    private static bool IsCyclic(Precedence precedence) =>
        precedence.Edges.Any(edge => edge.Strict && precedence.Part[edge.From] == precedence.Part[edge.To]);

    /// <summary>Leaves out one demand after the other, as long as the conflict stays: what is left is needed for it.</summary>
    private static ImmutableArray<Demand> Minimal(StagingFleet fleet, ImmutableArray<Demand> demands, Func<Precedence, bool> conflicts)
    {
        var kept = demands.ToHashSet();
        foreach (var demand in demands)
        {
            kept.Remove(demand);
            if (!conflicts(new Precedence(fleet, kept)))
                kept.Add(demand);
        }

        return [.. demands.Where(kept.Contains)];
    }

    /// <summary>Two of the hosts that would be in one stage; null when there are none.</summary>
    private static (string One, string Two)? Met(ImmutableArray<string> hosts, Precedence precedence) => hosts.Distinct(StringComparer.Ordinal)
        .Where(host => precedence.NodeOf(host) is not null)
        .GroupBy(host => precedence.Part[precedence.NodeOf(host)!.Value])
        .Where(static part => part.Count() > 1)
        .Select(static part => ((string, string)?)(part.First(), part.ElementAt(1)))
        .FirstOrDefault();

    private static List<string>? Overloaded(StagedSet set, Precedence precedence) => set.Loads
        .Where(load => precedence.NodeOf(load.Host) is not null)
        .GroupBy(load => precedence.Part[precedence.NodeOf(load.Host)!.Value])
        .FirstOrDefault(part => part.Sum(static load => load.Count) > set.Allowed)?
        .Select(static load => load.Host).ToList();
}
