using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Staging;

namespace OverlayBridge.SyntheticStores.Fleets;

/// <summary>
/// Fleets as they are run: hosts in pools of one kind, each pool with services of its own whose replicas are on different hosts, and a few services
/// that run everywhere. The same seed gives the same fleet.
/// </summary>
public static class SyntheticFleet
{
    /// <param name="containersPerHost">Of services with replicas, on average.</param>
    public static StagingFleet Make(int hosts, int containersPerHost, int seed)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(1, hosts).Select(static number => $"h{number}").ToImmutableArray();
        var sets = ImmutableArray.CreateBuilder<StagedSet>();
        foreach (var pool in Pools(names, random))
            AddServices(sets, pool, containersPerHost, random);
        // Logs, metrics: on every host, and bearable to lose for a while.
        sets.Add(new("everywhere", hosts, new Allowance(null, random.Next(20, 51)).Of(hosts), [.. names.Select(static name => (name, 1))]));
        return new(names, sets.DrainToImmutable(), Constraints(names, random));
    }

    /// <summary>A whole plan for a fleet, each container with a place on one network.</summary>
    public static MigrationPlan Plan(StagingFleet fleet, CancellationToken token)
    {
        var network = new PlanNetwork("mesh", new string('1', 64), IPNetwork.Parse("10.0.0.0/8"));
        var number = 0;
        var members = fleet.Sets.SelectMany(static set => set.Loads.Select(load => (load.Host, Set: set.Name))).ToLookup(static item => item.Host, static item => item.Set);
        var hosts = fleet.Hosts.Select((name, at) => new PlanHost(
            name, new IPAddress([172, 16, (byte)(at / 250), (byte)(at % 250 + 1)]), HostStrategy.ConvertHost, "20.10.24", null,
            [.. members[name].Select(set => Container(set, ++number, network.Name))])).ToImmutableArray();
        var stages = StagePlanner.Plan(fleet, token).Stages.Select(static (names, at) => new PlanStage($"stage-{at + 1}", StageKind.Hosts, names, [], null));
        return new(
            "fleet", new("synthetic", 1, DateTimeOffset.UnixEpoch), "manager", new(new(1, null), 4), [network], hosts,
            [.. fleet.Sets.Select(static set => new ReplicaSet(set.Name, [.. set.Loads.Select(load => $"{load.Host}/{set.Name}")], new(set.Allowed, null)))],
            fleet.Constraints, [new("prepare", StageKind.Prepare, [], [], null), .. stages, new("retire", StageKind.Retire, [], [], null)], []);
    }

    private static PlanContainer Container(string set, int number, string network) => new(
        number.ToString("x64", CultureInfo.InvariantCulture), set, IsRunning: true, set, null,
        [new(network, new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), new PhysicalAddress([2, 66, 10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), [set])]);

    private static IEnumerable<ImmutableArray<string>> Pools(ImmutableArray<string> names, Random random)
    {
        for (var at = 0; at < names.Length;)
        {
            var size = Math.Min(names.Length - at, random.Next(4, 31));
            yield return [.. names.Skip(at).Take(size)];
            at += size;
        }
    }

    private static void AddServices(ImmutableArray<StagedSet>.Builder sets, ImmutableArray<string> pool, int containersPerHost, Random random)
    {
        for (var left = pool.Length * containersPerHost; left > 0;)
        {
            var replicas = Math.Min(pool.Length, random.Next(10) switch { < 4 => 2, < 7 => 3, < 9 => random.Next(3, 7), _ => pool.Length });
            // What is on every host of a pool bears to lose a share of itself: one at a time there would need a stage for each.
            Allowance allowance = (replicas == pool.Length ? 8 : random.Next(10)) switch { < 6 => new(1, null), < 8 => new(null, 25), _ => new(null, random.Next(20, 51)) };
            var (start, spread) = (random.Next(pool.Length), random.Next(3) == 0);
            // A service is mostly on neighbours; some schedulers spread it over the pool.
            var hosts = spread ? [.. pool.OrderBy(_ => random.Next()).Take(replicas)] : Enumerable.Range(start, replicas).Select(at => pool[at % pool.Length]).ToList();
            sets.Add(new($"service-{sets.Count}", replicas, allowance.Of(replicas), [.. hosts.Select(static host => (host, 1))]));
            left -= replicas;
        }
    }

    private static PlanConstraints Constraints(ImmutableArray<string> names, Random random) =>
        names.Length < 4 ? PlanConstraints.None : new(random.Next(2) == 0 ? names[random.Next(names.Length)] : null, [], random.Next(3) == 0 ? [names[^1]] : [], [], []);
}
