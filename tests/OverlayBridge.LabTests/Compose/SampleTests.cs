using System.Net;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.LabTests.Names;

namespace OverlayBridge.LabTests.Compose;

/// <summary>Every sample app before, during and after, as its README says: on a legacy host, over both sides with the override, on a swarm host.</summary>
public sealed class SampleTests(LabFixture fixture) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly BridgeLab _bridge = new(fixture.Lab, "samples");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("overlaybridge-samples-");

    private LabHost Legacy => fixture.Lab.LegacyHosts[0];

    private LabHost Manager => fixture.Lab.SwarmHosts[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Every_sample_runs_before_during_and_after_the_transition()
    {
        await _bridge.StartControlAsync();
        foreach (var host in (LabHost[])[Legacy, Manager])
            await _bridge.StartAgentAsync(host);
        await _bridge.StartFollowAsync();

        await RunAsync(new("shop", "appnet", "10.96.0.0/24", ["db", "web"], "web", "database", "db", "database", "db", []));
        await RunAsync(new("queue", "queue_jobs", null, ["broker"], "worker", "mq", "broker", "mq", "broker", []));
        await RunAsync(new("fixed", "backnet", "10.97.0.0/24", ["ldap", "portal"], "mail", "directory", "ldap", "auth", "ldap", ["--address", "mail=10.97.0.11"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _bridge.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task RunAsync(App app)
    {
        var project = new SampleProject(app.Name);
        var transition = Path.Combine(_folder.FullName, $"{app.Name}.yml");
        if (app.Subnet is { } subnet)
            await Legacy.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", subnet, app.Network], Cancel);
        try
        {
            await project.UpAsync(Legacy, [project.Before], [.. app.LegacyServices]);
            await ExposeAsync(app);
            await OverrideAsync(app, project, transition);

            // During: one service runs on the swarm side, under the same name and network, and finds the others by theirs.
            if (app.LegacyServices.Contains(app.Moved))
                await Legacy.DockerAsync(["rm", "--force", (await SampleProject.ContainerAsync(Legacy, app.Moved)).Id], Cancel);
            await project.UpAsync(Manager, [project.Before, transition], app.Moved);
            var moved = await SampleProject.ContainerAsync(Manager, app.Moved);
            await AnswersAsync(moved, app.AskedDuring, app.AnswerDuring);
            if (app.Options is [_, var fixedAddress])
                Assert.Equal(IPAddress.Parse(fixedAddress.Split('=')[1]), await moved.AddressAsync(app.Network, Cancel));

            // After: all of it on the swarm host.
            await project.RemoveAsync(Legacy, [project.Before], Cancel);
            await project.RemoveAsync(Manager, [project.Before, transition], Cancel);
            await project.UpAsync(Manager, [project.After]);
            await AnswersAsync(await SampleProject.ContainerAsync(Manager, app.Moved), app.AskedAfter, app.AnswerAfter);
        }
        finally
        {
            await project.RemoveAsync(Manager, [project.After], CancellationToken.None);
            await project.RemoveAsync(Legacy, [project.Before], CancellationToken.None);
            await RemoveNetworkAsync(app);
        }
    }

    private async Task ExposeAsync(App app)
    {
        await Wait.UntilAsync(
            async () => (await BridgeLab.RunAsync(Manager, "network", "show", app.Network, "--store", _bridge.Bridge)).ExitCode == 0, Limit, $"import of {app.Network}", Cancel);
        var exposed = await BridgeLab.RunAsync(Manager, "network", "expose", app.Network, "--store", _bridge.Bridge);
        Assert.True(exposed.ExitCode == 0, exposed.Output + exposed.Error);
    }

    /// <summary>With the override the files hold nothing that breaks.</summary>
    private async Task OverrideAsync(App app, SampleProject project, string transition)
    {
        string[] common = ["--store", _bridge.Bridge, "--project-name", app.Name];
        var written = await BridgeLab.RunAsync(
            Manager, ["compose", "override", project.Before, .. common, "--dns", await NamesTests.ServerAsync(Manager), "--out", transition, .. app.Options]);
        Assert.True(written.ExitCode is 0 or 2, written.Output + written.Error);
        var check = await BridgeLab.RunAsync(Manager, ["compose", "check", project.Before, transition, .. common, "--fail-on", "error"]);
        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        Assert.Contains("docker compose 2.26.1", check.Output, StringComparison.Ordinal);
    }

    private static Task AnswersAsync(LabContainer from, string name, string answer) => Wait.UntilAsync(
        async () => (await from.ExecAsync(Cancel, "curl", "-s", "--max-time", "1", $"http://{name}/")).Output.Trim() == answer,
        Limit, $"answer of {name} to {from.Name} on {from.Host.Name}", Cancel);

    private async Task RemoveNetworkAsync(App app)
    {
        var none = CancellationToken.None; // also after the test was cancelled
        // What failed before it was exposed is to be told, not that it is not.
        await Wait.UntilSuccessAsync(
            async () => await Manager.ExecAsync([LabFixture.BridgeCommand, "network", "unexpose", app.Network, "--store", _bridge.Bridge], none) is var run
                && run.Error.Contains("is not exposed", StringComparison.Ordinal) ? run with { ExitCode = 0 } : run,
            Limit, $"unexpose of {app.Network}", none);
        await Legacy.RemoveNetworkAsync(app.Network, Limit, none);
    }

    /// <param name="Subnet">Of the network that is made by hand; null where the project makes its own.</param>
    /// <param name="Moved">The service that goes first, or is new on the swarm side.</param>
    /// <param name="Options">Further ones of <c>compose override</c>.</param>
    private sealed record App(
        string Name, string Network, string? Subnet, IReadOnlyList<string> LegacyServices, string Moved, string AskedDuring, string AnswerDuring, string AskedAfter,
        string AnswerAfter, IReadOnlyList<string> Options);
}
