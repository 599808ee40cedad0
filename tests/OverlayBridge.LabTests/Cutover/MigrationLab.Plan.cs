using OverlayBridge.Lab.Engines;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Plans;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>How the canary, h3, goes over.</summary>
internal enum Canary
{
    /// <summary>In place, its engine stays.</summary>
    Convert,

    /// <summary>In place, its engine is exchanged in the same stop.</summary>
    Upgrade,

    /// <summary>In place, and its engine is exchanged in a stop of its own afterwards.</summary>
    Afterwards,

    /// <summary>Its containers move to the swarm's manager, and then it goes over in place, empty.</summary>
    Move,
}

internal sealed partial class MigrationLab
{
    /// <summary>Written anew by the app's program at every start.</summary>
    private const string WrittenAtStart = "/www/index.html";

    /// <summary>Makes the plan by the command from what the agents say, the same as from what the engines answer; adds request streams and approvals as a person would, and has it validated.</summary>
    /// <returns>The file.</returns>
    public Task<string> PlanAsync(Canary canary = Canary.Convert) => PlanAsync(canary, static stage => stage.Hosts is [var host] ? GatesOf(host) : []);

    /// <summary>As <see cref="PlanAsync(Canary)"/>, but that it asks for an approval at the end of every stage, and nothing more.</summary>
    public Task<string> PlanOfApprovalsAsync(Canary canary = Canary.Convert) =>
        PlanAsync(canary, static stage => stage.Kind == StageKind.Retire || stage.Gates.Any(static gate => gate is Gate.Approval) ? [] : [new Gate.Approval("looked-at")]);

    private async Task<string> PlanAsync(Canary canary, Func<PlanStage, IEnumerable<Gate>> gatesOf)
    {
        var file = Path.Combine(Manager.Folder, $"plan-{canary}.yaml");
        var made = await MadeAsync(file);
        var asked = await MadeAsync(Path.Combine(Manager.Folder, "plan-of-engines.yaml"), [.. Lab.Hosts.SelectMany(static host => new[] { "--engine", $"unix://{host.DockerSocket}" })]);
        Assert.Equal(PlanWriter.Write(made, [], null), PlanWriter.Write(asked with { Origin = made.Origin }, [], null));
        Assert.Equal(["", "h3", "h2", "h1", ""], made.Stages.Select(static stage => string.Join(',', stage.Hosts)));
        var gated = made with
        {
            Hosts = [.. made.Hosts.Select(host => host.Name == "h3" ? As(host, canary) : host)],
            Stages = [.. made.Stages.Select(stage => stage with { Gates = [.. stage.Gates, .. gatesOf(stage)] })],
        };
        await File.WriteAllTextAsync(file, PlanWriter.Write(gated, [], null), Cancel);
        await RunAsync("plan", "validate", file);
        return file;
    }

    /// <summary>As a person would edit it.</summary>
    private PlanHost As(PlanHost host, Canary canary) => canary switch
    {
        Canary.Upgrade => host with { UpgradeTo = EngineRelease.Modern.Version },
        Canary.Afterwards => host with { UpgradeTo = EngineRelease.Modern.Version, Upgrade = UpgradeTime.Afterwards },
        Canary.Move => host with
        {
            Strategy = HostStrategy.MoveContainer,
            Containers = [.. host.Containers.Select(container => container with { MoveTo = Manager.Name, LeaveBehind = [WrittenAtStart] })],
        },
        _ => host,
    };

    /// <summary>Brings the image of h3's containers to where they are to move: the engines' images of the lab were made separately, and are two.</summary>
    public async Task BringImageAsync()
    {
        var source = Lab.LegacyHosts[2];
        var image = await source.DockerAsync(["inspect", "--format", "{{.Image}}", "web-3"], Cancel);
        var file = Path.Combine(source.Folder, "image.tar");
        await source.DockerAsync(["save", "--output", file, image], Cancel);
        await Manager.DockerAsync(["load", "--input", file], Cancel);
    }

    /// <summary>What the command makes, from what the agents tell, or from what engines answer that are asked.</summary>
    private async Task<MigrationPlan> MadeAsync(string file, params IReadOnlyList<string> engines)
    {
        await RunAsync(["plan", "create", Bridge, "--name", PlanName, "--manager", Manager.Name, "--canary", "h3", "--last", "h1", .. engines, "--out", file]);
        return PlanReading.Of(new(Path.GetFileName(file), await File.ReadAllTextAsync(file, Cancel))).Valid;
    }

    /// <summary>
    /// Requests every 50 ms from a container on a host that is not worked on. A service with replicas is asked as clients ask it, at whichever of its
    /// addresses answers; what its replica's program was at when it was stopped is cut off, as at any stop: a request of hundreds. The database is there once, so
    /// that requests may fail while its engine restarts.
    /// </summary>
    private static IEnumerable<Gate> GatesOf(string host)
    {
        var asker = host == "h1" ? "h2/web-2" : "h1/db";
        yield return Stream("web", asker, 5, 0.02);
        yield return Stream("worker", asker, 5, 0.02);
        if (host == "h1")
            yield return Stream("db", asker, 1, 0.95);
        if (host == "h2")
            yield return new Gate.Approval("looked-at");
    }

    private static Gate.Probe Stream(string service, string from, double seconds, double budget) =>
        new(service, from, new ProbeTarget.Http(new Uri($"http://{service}/")), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(seconds), 20, budget);
}
