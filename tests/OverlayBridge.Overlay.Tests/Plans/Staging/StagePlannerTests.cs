using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Staging;
using OverlayBridge.SyntheticStores.Fleets;

namespace OverlayBridge.Overlay.Tests.Plans.Staging;

public sealed class StagePlannerTests
{
    /// <summary>Anything at all: few hosts, so that demands meet; some of the fleets cannot be staged.</summary>
    private static Gen<StagingFleet> FleetsUpTo(int hosts) =>
        from count in Gen.Int[1, hosts]
        let names = Enumerable.Range(1, count).Select(static number => $"h{number}").ToImmutableArray()
        let name = Gen.Int[0, count - 1].Select(at => names[at])
        from sets in (from members in name.Array[1, 8]
                      from allowed in Gen.Int[1, 3]
                      select (Hosts: members, Allowed: allowed)).Array[0, 8]
        from canary in Gen.OneOf(Gen.Const((string?)null), name.Select(static host => (string?)host))
        from first in name.Array[0, 2]
        from last in name.Array[0, 2]
        from together in name.Array[2, 3].Array[0, 2]
        from apart in name.Array[2, 4].Array[0, 2]
        from order in Gen.Select(name, name).Array[0, 3]
        select new StagingFleet(
            names,
            [
                .. sets.Select((set, at) => new StagedSet(
                    $"s{at}", set.Hosts.Length, set.Allowed, [.. set.Hosts.CountBy(static host => host).Select(static pair => (pair.Key, pair.Value))])),
            ],
            new(canary, [.. first.Distinct()], [.. last.Distinct()], [.. together.Select(static hosts => hosts.Distinct().ToImmutableArray())], [.. apart.Select(static hosts => hosts.Distinct().ToImmutableArray())])
            {
                Order = [.. order.Where(static pair => pair.Item1 != pair.Item2).Select(static pair => new HostOrder(pair.Item1, pair.Item2))],
            });

    [Fact]
    public void No_stage_breaks_a_demand_and_there_are_never_more_than_the_greedy_way_makes() => FleetsUpTo(14).Sample(
        static fleet =>
        {
            if (!DemandConflicts.Of(fleet).IsEmpty)
                return;
            var staged = StagePlanner.Plan(fleet, CancellationToken.None);

            Assert.Empty(Broken(fleet, staged.Stages));
            Assert.InRange(staged.Stages.Length, staged.LowerBound, staged.Greedy);
        },
        iter: 3_000);

    [Fact]
    public void Of_small_fleets_it_finds_the_least_number_there_is_and_the_bound_is_never_above_it()
    {
        var (all, least) = (0, 0);
        FleetsUpTo(5).Sample(
            fleet =>
            {
                if (!DemandConflicts.Of(fleet).IsEmpty)
                    return;
                var staged = StagePlanner.Plan(fleet, CancellationToken.None);
                var exact = LeastStages(fleet);

                Assert.InRange(staged.LowerBound, 0, exact);
                Interlocked.Increment(ref all);
                if (staged.Stages.Length == exact)
                    Interlocked.Increment(ref least);
            },
            iter: 3_000);

        Assert.InRange(all, 100, 3_000);
        Assert.True(least * 100 >= all * 99, $"{least} of {all}");
    }

    [Fact]
    public void A_conflict_is_told_exactly_when_no_stages_exist() => FleetsUpTo(5).Sample(
        static fleet => Assert.Equal(LeastStages(fleet) < 0, !DemandConflicts.Of(fleet).IsEmpty), iter: 150);

    [Fact]
    public void A_conflict_names_demands_of_which_none_could_be_left_out() => FleetsUpTo(14).Sample(
        static fleet =>
        {
            // Who is the canary says whom 'first' binds: without its demand a part of that meaning would be gone as well.
            if (fleet.Constraints is { Canary: not null, First.IsEmpty: false })
                return;
            foreach (var conflict in DemandConflicts.Of(fleet))
            {
                Assert.NotEmpty(DemandConflicts.Of(Only(fleet, conflict.Demands)));
                foreach (var demand in conflict.Demands)
                    Assert.Empty(DemandConflicts.Of(Only(fleet, [.. conflict.Demands.Where(other => other != demand)])));
            }
        },
        iter: 1_000);

    [Fact]
    public void Of_a_hundred_fleets_of_200_hosts_at_least_95_are_within_one_stage_of_the_lower_bound()
    {
        var staged = Enumerable.Range(0, 100).AsParallel().Select(static seed => (Fleet: SyntheticFleet.Make(200, 6 + seed % 15, seed), Seed: seed))
            .Where(static item => DemandConflicts.Of(item.Fleet).IsEmpty)
            .Select(static item => (item.Fleet, item.Seed, Staged: StagePlanner.Plan(item.Fleet, CancellationToken.None))).ToList();

        Assert.Equal(100, staged.Count);
        Assert.All(staged, static item => Assert.Empty(Broken(item.Fleet, item.Staged.Stages)));
        var far = staged.Where(static item => item.Staged.Stages.Length > item.Staged.LowerBound + 1).Select(static item => $"{item.Seed}: {item.Staged.Stages.Length} for {item.Staged.LowerBound}").ToList();
        Assert.True(far.Count <= 5, string.Join("; ", far));
    }

    [Fact]
    public void A_thousand_hosts_with_20_000_containers_are_staged_with_every_demand_kept()
    {
        var fleet = SyntheticFleet.Make(1000, 19, 7);
        var staged = StagePlanner.Plan(fleet, CancellationToken.None);

        Assert.InRange(fleet.Sets.Sum(static set => set.Size), 20_000, 30_000);
        Assert.Empty(Broken(fleet, staged.Stages));
        Assert.InRange(staged.Stages.Length, staged.LowerBound, staged.Greedy);
    }

    [Fact]
    public void The_same_fleet_gives_the_same_stages() => Assert.Equal(
        StagePlanner.Plan(SyntheticFleet.Make(60, 8, 3), CancellationToken.None).Stages.Select(static stage => string.Join(' ', stage)),
        StagePlanner.Plan(SyntheticFleet.Make(60, 8, 3), CancellationToken.None).Stages.Select(static stage => string.Join(' ', stage)));

    [Fact]
    public void Hosts_without_anything_in_common_go_in_one_stage_and_a_canary_before_them()
    {
        var fleet = new StagingFleet(["h1", "h2", "h3"], [], PlanConstraints.None with { Canary = "h2" });
        var staged = StagePlanner.Plan(fleet, CancellationToken.None);

        Assert.Equal(["h2", "h1 h3"], staged.Stages.Select(static stage => string.Join(' ', stage)));
        Assert.Equal(2, staged.LowerBound);
    }

    [Fact]
    public void Demands_that_contradict_each_other_are_no_fleet_to_stage() => Assert.Throws<ArgumentException>(static () => StagePlanner.Plan(
        new(["h1", "h2"], [], PlanConstraints.None with { Together = [["h1", "h2"]], Apart = [["h1", "h2"]] }), CancellationToken.None));

    /// <summary>What stages break, looked up in the demands as they are written: none of the planner's own code.</summary>
    private static IEnumerable<string> Broken(StagingFleet fleet, ImmutableArray<ImmutableArray<string>> stages)
    {
        var at = stages.SelectMany(static (stage, number) => stage.Select(host => (host, number))).ToLookup(static pair => pair.host, static pair => pair.number);
        foreach (var host in fleet.Hosts.Where(host => at[host].Count() != 1))
            yield return $"{host} goes {at[host].Count()} times";
        if (stages.Any(static stage => stage.IsEmpty))
            yield return "a stage is empty";
        int Stage(string host) => at[host].First();
        var demands = fleet.Constraints;
        if (demands.Canary is { } canary && (Stage(canary) != 0 || stages[0].Length != 1))
            yield return "the canary does not go alone and first";
        foreach (var first in demands.First.Where(first => first != demands.Canary))
            foreach (var other in fleet.Hosts.Where(other => other != demands.Canary && !demands.First.Contains(other) && Stage(other) < Stage(first)))
                yield return $"{other} goes before {first}";
        foreach (var last in demands.Last)
            foreach (var other in fleet.Hosts.Where(other => !demands.Last.Contains(other) && Stage(other) > Stage(last)))
                yield return $"{other} goes after {last}";
        foreach (var group in demands.Together.Where(group => group.Select(Stage).Distinct().Count() > 1))
            yield return $"not together: {string.Join(' ', group)}";
        foreach (var group in demands.Apart.Where(group => group.Select(Stage).Distinct().Count() < group.Length))
            yield return $"not apart: {string.Join(' ', group)}";
        foreach (var pair in demands.Order.Where(pair => Stage(pair.Host) <= Stage(pair.After)))
            yield return $"{pair.Host} does not go after {pair.After}";
        foreach (var set in fleet.Sets)
            if (set.Loads.GroupBy(load => Stage(load.Host)).Any(stage => stage.Sum(static load => load.Count) > set.Allowed))
                yield return $"{set.Name} loses too many";
    }

    /// <summary>By trying all; -1 when there are none.</summary>
    private static int LeastStages(StagingFleet fleet)
    {
        var count = fleet.Hosts.Length;
        for (var stages = 1; stages <= count; stages++)
        {
            var total = (long)Math.Pow(stages, count);
            for (var code = 0L; code < total; code++)
            {
                var left = code;
                var placed = Enumerable.Range(0, stages).Select(static _ => new List<string>()).ToList();
                foreach (var host in fleet.Hosts)
                    (left, _) = (left / stages, Add(placed[(int)(left % stages)], host));
                if (placed.TrueForAll(static stage => stage.Count > 0) && !Broken(fleet, [.. placed.Select(static stage => stage.ToImmutableArray())]).Any())
                    return stages;
            }
        }

        return -1;

        static bool Add(List<string> stage, string host)
        {
            stage.Add(host);
            return true;
        }
    }

    private static StagingFleet Only(StagingFleet fleet, ImmutableArray<Demand> demands)
    {
        bool Has(DemandKind kind, int number = 0) => demands.Contains(new(kind, number));
        ImmutableArray<T> Kept<T>(ImmutableArray<T> all, DemandKind kind) => [.. all.Where((_, number) => Has(kind, number))];
        var constraints = fleet.Constraints;
        return new(
            fleet.Hosts, Kept(fleet.Sets, DemandKind.Limit),
            new(
                Has(DemandKind.Canary) ? constraints.Canary : null, Has(DemandKind.First) ? constraints.First : [], Has(DemandKind.Last) ? constraints.Last : [],
                Kept(constraints.Together, DemandKind.Together), Kept(constraints.Apart, DemandKind.Apart))
            {
                Order = Kept(constraints.Order, DemandKind.Order),
            });
    }
}
