using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Diffs;
using OverlayBridge.Overlay.Plans.Downtimes;
using OverlayBridge.Overlay.Plans.Staging;
using OverlayBridge.Overlay.Plans.Worlds;
using OverlayBridge.Reports.Plans;

namespace OverlayBridge.Reports.Tests.Plans;

/// <summary>A plan and what is told of plans, to look at; everything that has a name has a given one.</summary>
internal static class PlanSamples
{
    public static IReport Report(string report, string name) => report switch
    {
        "plan" => Plan(name),
        "plan-validation" => Validation(name),
        "plan-diff" => Diff(name),
        _ => Fit(name, PlanFitDocument.Refused),
    };

    public static PlanReport Plan(string name) => new(Document(name));

    public static PlanDocument Document(string name)
    {
        var plan = Made(name);
        return PlanDocument.Of(plan, $"{name}.yaml", DowntimeFigures.Measured, StagePlanner.LowerBoundOf(StagingFleet.Of(plan)));
    }

    public static PlanValidationReport Validation(string name) => new(new(
        PlanValidationDocument.CurrentFormatVersion, $"{name}.yaml", name, 3, 6, 5,
        [new(12, 9, $"There is no host '{name}'.", "The plan's hosts are: h1, h2.", "Correct the name."), new(40, 3, "No stage prepares.", $"'{name}' says so.", "Add one.")]));

    public static PlanValidationReport Valid => new(new(PlanValidationDocument.CurrentFormatVersion, "plan.yaml", "lab", 3, 6, 5, []));

    public static PlanDiffReport Diff(string name) => new(PlanDiffDocument.Of($"{name}.yaml", "b.yaml",
    [
        new PlanChange("host", name, ChangeAction.Changed, $"172.31.0.1, engine 20.10.5, {name}", "172.31.0.1, engine 20.10.24"),
        new PlanChange("stage", "second", ChangeAction.Added, null, $"number 3, hosts: {name}"),
        new PlanChange("gate", "canary/looked-at", ChangeAction.Removed, "approval by a person", null),
    ]));

    public static PlanFitReport Fit(string name, string result) => new(new(
        PlanFitDocument.CurrentFormatVersion, $"{name}.yaml", name, "bridge://10.0.0.5:8500", 99, 61, result,
        result == PlanFitDocument.Fits ? [] : PlanFitDocument.Lines(new PlanFit(
        [
            new(WorldChangeKind.HostGone, name, "172.31.0.3", null, false, "Bring its agent back."),
            new(WorldChangeKind.ContainerReplaced, $"h1/{name}", new string('a', 64), new string('b', 64), true, ""),
            new(WorldChangeKind.AddressChanged, "h1/db", "10.60.0.2 on appnet", "10.60.0.20 on appnet", true, ""),
        ]))));

    private static MigrationPlan Made(string name) => new(
        name, new("consul://172.31.0.250:8500", 61, new(2026, 11, 27, 20, 0, 0, TimeSpan.Zero)), "h4", new(new(1, null), 2),
        [new(name, new string('1', 64), IPNetwork.Parse("10.60.0.0/24"))],
        [
            new("h1", IPAddress.Parse("172.31.0.1"), HostStrategy.ConvertHost, "20.10.5", null, [Container(name, 2, null), Container("web-1", 3, $"shop/{name}")]),
            new("h2", IPAddress.Parse("172.31.0.2"), HostStrategy.ConvertHost, "20.10.5", "26.1.5", [Container("web-2", 4, $"shop/{name}"), Container("old", 0, null)]) { Upgrade = UpgradeTime.Afterwards },
            new("h3", IPAddress.Parse("172.31.0.3"), HostStrategy.MoveContainer, "19.03.15", "26.1.5", [Container("web-3", 6, $"shop/{name}") with { MoveTo = "h5" }]),
        ],
        [new($"shop/{name}", ["h1/web-1", "h2/web-2", "h3/web-3"], null)],
        PlanConstraints.None with { Canary = "h3" },
        [
            new("prepare", StageKind.Prepare, [], [], null),
            new("canary", StageKind.Hosts, ["h3"],
            [
                new Gate.Replicas("all-up", []), new Gate.Approval("looked-at"),
                new Gate.Probe("answers", "h5", new ProbeTarget.Http(new Uri("http://10.60.0.4/health")), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), 5, 0.01),
            ], null),
            new("second", StageKind.Hosts, ["h2"], [new Gate.Replicas("some", [$"shop/{name}"])], new([DayOfWeek.Saturday, DayOfWeek.Sunday], new(22, 0), new(4, 0))),
            new("third", StageKind.Hosts, ["h1"], [new Gate.Probe("runs", $"h1/{name}", new ProbeTarget.Exec(["test", "-e", "a b"]), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 1, 0)], null),
            new("retire", StageKind.Retire, [], [], null),
        ],
        []);

    private static PlanContainer Container(string name, byte address, string? set) => new(
        $"{address:x2}{new string('a', 62)}", name, address > 0, set, null,
        address == 0 ? [] : [new("appnet", IPAddress.Parse($"10.60.0.{address}"), new PhysicalAddress([2, 66, 10, 60, 0, address]), [name])]);
}
