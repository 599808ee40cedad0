using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Retirement;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Overlay.Runs.Simulation;
using OverlayBridge.Reports.Runs;

namespace OverlayBridge.Reports.Tests.Runs;

/// <summary>A run of a plan of three hosts, at some of its moments.</summary>
internal static class RunSamples
{
    private const string Store = "bridge://10.0.0.7:8500";
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 22, 0, 0, TimeSpan.Zero);

    private static RunPlan Plan(string name) => new(new MigrationPlan(
        name, new PlanOrigin(Store, 100, Now), "m", new PlanLimits(new Allowance(1, null), 2),
        [new PlanNetwork("appnet", new string('a', 64), IPNetwork.Parse("10.60.0.0/24"))],
        [.. Enumerable.Range(1, 3).Select(static host => new PlanHost(
            $"h{host}", IPAddress.Parse($"10.0.0.{host}"), HostStrategy.ConvertHost, "20.10.5", "26.1.5",
            [new PlanContainer(new string('c', 64), $"web-{host}", true, "web", null, [new PlanAttachment("appnet", IPAddress.Parse($"10.60.0.{host + 1}"), new PhysicalAddress([2, 66, 10, 60, 0, (byte)(host + 1)]), ["web"])])]))],
        [new ReplicaSet("web", ["h1/web-1", "h2/web-2", "h3/web-3"], null)], PlanConstraints.None,
        [
            new("prepare", StageKind.Prepare, [], [], null),
            new("canary", StageKind.Hosts, ["h1"],
                [
                    new Gate.Replicas("replicas", []), new Gate.Approval("looks-good"),
                    new Gate.Probe("http", "m", new ProbeTarget.Tcp("10.60.0.2", 80), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 3, 0.5),
                ], null),
            new("rest", StageKind.Hosts, ["h2", "h3"], [], null),
            new("retire", StageKind.Retire, [], [], null),
        ], []));

    private static RunReport Of(SimulatedRun run, RunDecision last) => new(DocumentOf(run, last));

    private static RunDocument DocumentOf(SimulatedRun run, RunDecision last) => RunDocument.Of(
        Store, run.View(), new RunProgress(run.Run.Id, "n1", run.Now, last.Doing, last.WaitsFor),
        RunEvents.None(run.Run.Id).Add(new RunEvent(0, Now, run.Run.Id, run.Run.Plan, "step-done", "canary", "h1", "convert-host.h1", "convert-host.h1 on h1 is done")),
        new RunWebhooks(run.Run.Id, 1, 2, "it answered with status 500"));

    /// <summary>Hosts at work.</summary>
    public static RunReport UnderWay(string plan = "shop")
    {
        var end = SimulationDrive.Go(SimulatedRun.Start(Plan(plan), Now), approves: true, static (_, action) => action is RunAction.Journal { Step.Kind: StepKind.ConvertHost });
        return Of(end.Run, RunDecisions.Next(end.Run.View()));
    }

    /// <summary>A person is waited for.</summary>
    public static RunReport Waiting()
    {
        var end = SimulationDrive.Go(SimulatedRun.Start(Plan("shop"), Now), approves: false);
        return Of(end.Run, end.Last);
    }

    /// <summary>A step failed.</summary>
    public static RunReport Paused() => new(PausedDocument());

    /// <inheritdoc cref="Paused"/>
    public static RunDocument PausedDocument()
    {
        var end = SimulationDrive.Go(SimulatedRun.Start(Plan("shop"), Now, new SimulatedFault("h1", "convert-host.h1", SimulatedFaultKind.EngineStaysDown)), approves: true);
        return DocumentOf(end.Run, end.Last);
    }

    public static RunReport None => new(RunDocument.None(Store));

    public static DryRunReport DryRun(string plan = "shop") => new(new DryRunDocument(
        DryRunDocument.CurrentFormatVersion, plan, true, [],
        [
            new DryStage(
                "canary",
                [
                    new DryStep("convert-host.h1", "h1", "agent", "possible", ["Stop the engine", "Start engine 26.1.5 without its cluster store"], "", ""),
                    new DryStep("clean-records.h1", "h1", "model", "possible", ["host h1 records: in the store → none in the store"], "", ""),
                ],
                ["looks-good"], [new DryDifference("host h1 engine", "20.10.5, on the cluster store", "26.1.5, in the swarm")]),
        ],
        "At its end it is done: Every stage is done; the bridge still stands, and the way back is open."));

    public static DryRunReport Refused => new(new DryRunDocument(
        DryRunDocument.CurrentFormatVersion, "shop", false, ["The container 'h1/web-1' is gone."],
        [new DryStage("canary", [new DryStep("convert-host.h1", "h1", "agent", "refused", [], "The engine does not answer.", "Start it.")], [], [])], ""));

    public static SimulationReport Simulation(string plan = "shop")
    {
        var known = Plan(plan);
        return new(SimulationDocument.Of(plan, SimulationCases.Of(known, Now, [.. SimulationCases.All(known).Where(static fault => fault.Host is "h1" or "m")])));
    }

    public static RetiredReport Retired => new(RetiredDocument.Of(RetiredChecks.Of(new(
        [new("tcp://10.0.0.1:2375", "h1", "20.10.5", "", "active", [], ["holder-appnet"], [], 2, [])], new(Store, Answers: false, [], [], "", "")))));

    public static RetiredReport Leftovers(string name = "h1") => new(RetiredDocument.Of(RetiredChecks.Of(new(
        [new("tcp://10.0.0.1:2375", name, "26.1.5", "consul://10.0.0.5:8500", "inactive", ["appnet"], ["holder-appnet"], ["web-1 (exited)"], 0, [new("web-2", "172.18.0.1", HasOthers: false), new("web-3", "172.18.0.1", HasOthers: true)])],
        new(Store, Answers: true, ["h1", "h2"], ["appnet"], "committed", "paused")))));
}
