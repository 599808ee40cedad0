using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.Takeover;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>The end of a cutover, on hosts: there is no way back from it, so that the lab is its own.</summary>
public sealed class RetireTests(CutoverLab lab) : IClassFixture<CutoverLab>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task After_the_last_host_the_bridge_leaves_and_the_app_runs_on_plain_swarm()
    {
        foreach (var host in lab.Lab.LegacyHosts)
            await lab.DoneAsync(host, StepKind.ConvertHost);
        await lab.DoneAsync(lab.Manager, StepKind.Unexpose);
        var early = await lab.EndAsync(lab.Lab.LegacyHosts[0], await lab.AskAsync(lab.Lab.LegacyHosts[0], StepKind.Retire));
        Assert.Equal(HostTaskState.Failed, early.State);
        Assert.Contains("still redirected", early.Cause, StringComparison.Ordinal);
        var released = await lab.CommandAsync("takeover", "release", "--store", lab.Bridge);
        Assert.True(released.ExitCode == 0, $"{released.Output}\n{released.Error}");

        foreach (var host in lab.Lab.Hosts)
        {
            await lab.DoneAsync(host, StepKind.Retire);
            await Wait.UntilAsync(() => !lab.AgentRuns(host), Limit, $"the end of the agent of {host.Name}", Cancel);
            Assert.DoesNotContain("overlaybridge", await Evidence.RulesAsync(host), StringComparison.Ordinal);
            Assert.DoesNotContain("172.18.0.1", await File.ReadAllTextAsync(Path.Combine(host.Folder, "etc/docker/daemon.json"), Cancel), StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(host.Folder, "agent/agent/conversion.json")));
        }
        await lab.StopStoresAsync();

        await lab.ReachesAsync(lab.Web, "db", "db");
        await lab.ReachesAsync(lab.Db, "web", "web");
        await lab.Lab.LegacyHosts[0].DockerAsync(["restart", "db"], Cancel);
        await lab.ReachesAsync(lab.Web, "db", "db");
    }
}
