using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using CsCheck;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Overlay.Runs;

/// <summary>Plans for the tests of runs.</summary>
internal static class SamplePlans
{
    public static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    /// <summary>Hosts h1 to h3 with one replica of web each and a db on h1; manager m; stages prepare, canary, rest, retire.</summary>
    public static MigrationPlan Small { get; } = Plan(
        3, [("web", 1, [(1, "web-1"), (2, "web-2"), (3, "web-3")])], 2,
        [
            new("prepare", StageKind.Prepare, [], [], null),
            new("canary", StageKind.Hosts, ["h1"], [new Gate.Replicas("replicas", []), new Gate.Approval("looks-good")], null),
            new("rest", StageKind.Hosts, ["h2", "h3"], [new Gate.Replicas("replicas", [])], null),
            new("retire", StageKind.Retire, [], [], null),
        ]);

    public static MigrationPlan Plan(
        int hosts, (string Name, int Allowed, (int Host, string Container)[] Members)[] sets, int parallel, ImmutableArray<PlanStage> stages,
        HostStrategy strategy = HostStrategy.ConvertHost) => new(
        "sample", new PlanOrigin("bridge://10.0.0.7:8500", 100, Now), "m", new PlanLimits(new Allowance(1, null), parallel),
        [new PlanNetwork("appnet", new string('a', 64), IPNetwork.Parse("10.60.0.0/24"))],
        [
            .. from host in Enumerable.Range(1, hosts)
               let members = sets.SelectMany(set => set.Members.Where(member => member.Host == host).Select(member => (set.Name, member.Container))).ToList()
               select new PlanHost($"h{host}", IPAddress.Parse($"10.0.0.{host}"), strategy, "20.10.5", "26.1.5",
               [
                   .. members.Select((member, at) => new PlanContainer(
                       new string((char)('a' + at), 64), member.Container, true, member.Name, strategy == HostStrategy.MoveContainer ? "m" : null,
                       [new PlanAttachment("appnet", IPAddress.Parse($"10.60.{host}.{at + 2}"), new PhysicalAddress([2, 66, 10, 60, (byte)host, (byte)(at + 2)]), ["web"])])),
               ]),
        ],
        [.. sets.Select(static set => new ReplicaSet(set.Name, [.. set.Members.Select(static member => $"h{member.Host}/{member.Container}")], new Allowance(set.Allowed, null)))],
        PlanConstraints.None, stages, []);

    public static Gate.Probe Probe(string from = "h1", double budget = 0.5) =>
        new("http", from, new ProbeTarget.Tcp("10.60.0.5", 80), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 3, budget);

    /// <summary>Plans that a planner would make, by and large: stages may hold more of a set than may go at once, which the executor must not let happen.</summary>
    public static readonly Gen<MigrationPlan> Any =
        from hosts in Gen.Int[1, 5]
        from parallel in Gen.Int[1, 3]
        from strategy in Gen.OneOf(HostStrategy.ConvertHost, HostStrategy.MoveContainer)
        from sets in Gen.Select(Gen.Int[1, 2], Gen.Int[1, hosts], Gen.Bool).Array[0, 3]
        from stageOf in Gen.Int[0, 2].Array[hosts]
        from gates in Gen.Int[0, 3].Array[3]
        from retire in Gen.Bool
        select Plan(
            hosts,
            [.. sets.Select((set, at) => ($"s{at}", set.Item1, Enumerable.Range(1, hosts).Where(host => host <= set.Item2 || set.Item3).Select(host => (host, $"s{at}-{host}")).ToArray()))],
            parallel,
            [
                new("prepare", StageKind.Prepare, [], [], null),
                .. from stage in Enumerable.Range(0, 3)
                   let members = Enumerable.Range(1, hosts).Where(host => stageOf[host - 1] == stage).Select(static host => $"h{host}").ToImmutableArray()
                   where !members.IsEmpty
                   select new PlanStage($"stage-{stage}", StageKind.Hosts, members, GatesOf(gates[stage]), null),
                .. retire ? [new PlanStage("retire", StageKind.Retire, [], [], null)] : Array.Empty<PlanStage>(),
            ],
            strategy);

    private static ImmutableArray<Gate> GatesOf(int kind) => kind switch
    {
        1 => [new Gate.Replicas("replicas", [])],
        2 => [new Gate.Approval("ok"), new Gate.Replicas("replicas", [])],
        3 => [Probe()],
        _ => [],
    };
}
