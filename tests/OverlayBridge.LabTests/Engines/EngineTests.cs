using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Engines;

/// <summary>What can be done to a host, and that it is over afterwards.</summary>
public class EngineTests(LabFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeSpan Limit => TimeSpan.FromSeconds(30);

    public static TheoryData<string> OneOfEach => ["h1", "h4"];

    [Theory(Timeout = LabTimeout.Test)]
    [MemberData(nameof(OneOfEach))]
    public async Task An_engine_restart_brings_containers_with_a_restart_policy_back(string name)
    {
        var host = fixture.Lab.Host(name);
        var container = await host.RunAsync(fixture.UniqueName("box"), "bridge", Cancel, "--restart", "always");

        await host.Engine.RestartAsync(Cancel);

        await Wait.UntilAsync(() => AnswersAsync(container), Limit, $"return of {container.Name}", Cancel);
        await container.RemoveAsync(Cancel);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_killed_engine_leaves_its_containers_running_and_knows_them_when_started_again()
    {
        var host = fixture.Lab.LegacyHosts[0];
        var container = await host.RunAsync(fixture.UniqueName("box"), "bridge", Cancel);

        await host.Engine.KillAsync(Cancel);
        Assert.False(host.Engine.IsRunning);
        Assert.True(await IsHttpdRunningAsync(host));

        await host.Engine.StartAsync(Cancel); // without live-restore it ends them, and only now
        Assert.False(await IsHttpdRunningAsync(host));
        await host.DockerAsync(["start", container.Id], Cancel);
        await Wait.UntilAsync(() => AnswersAsync(container), Limit, $"return of {container.Name}", Cancel);
        await container.RemoveAsync(Cancel);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_host_that_lost_power_comes_back_with_its_disk_and_engine()
    {
        var host = fixture.Lab.SwarmHosts[1];
        var container = await host.RunAsync(fixture.UniqueName("box"), "bridge", Cancel, "--restart", "always");
        var id = await host.DockerAsync(["info", "--format", "{{.ID}}"], Cancel);

        await host.PowerOffAsync(Cancel);
        Assert.False(host.Engine.IsRunning);
        await host.PowerOnAsync(Cancel);

        Assert.Equal(id, await host.DockerAsync(["info", "--format", "{{.ID}}"], Cancel));
        await Wait.UntilAsync(() => AnswersAsync(container), Limit, $"return of {container.Name}", Cancel);
        await Wait.UntilAsync(
            async () => await fixture.Lab.SwarmHosts[0].DockerAsync(["node", "inspect", "--format", "{{.Status.State}}", host.Name], Cancel) == "ready",
            Limit, $"return of {host.Name} to the swarm", Cancel);
        await container.RemoveAsync(Cancel);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_partitioned_host_is_out_of_reach_until_it_is_healed()
    {
        var (host, other) = (fixture.Lab.LegacyHosts[0], fixture.Lab.LegacyHosts[1]);
        Assert.True(await ReachesAsync(other, host));

        await host.PartitionAsync(Cancel);
        try
        {
            Assert.False(await ReachesAsync(other, host));
        }
        finally
        {
            await host.HealAsync(CancellationToken.None);
        }

        await Wait.UntilAsync(() => ReachesAsync(other, host), Limit, $"reach of {host.Name}", Cancel);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_legacy_engine_with_a_thread_left_in_a_dead_namespace_is_found_and_cured()
    {
        var host = fixture.Lab.LegacyHosts[0];
        await using (var network = await TestNetwork.CreateAsync(fixture, host))
        {
            await network.RunAsync(host);
            Assert.False(host.Engine.HasStrayThread, "the thread that watches a live network is where it should be");
        }

        await Wait.UntilAsync(() => host.Engine.HasStrayThread, Limit, "the engine's fault", Cancel);
        await host.Engine.CureAsync(Cancel);

        Assert.False(host.Engine.HasStrayThread);
        Assert.True(host.Engine.IsRunning);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Every_host_has_an_engine_id_and_a_host_name_of_its_own()
    {
        var ids = await Task.WhenAll(fixture.Lab.Hosts.Select(host => host.DockerAsync(["info", "--format", "{{.ID}}"], Cancel)));
        var names = await Task.WhenAll(fixture.Lab.Hosts.Select(host => host.DockerAsync(["info", "--format", "{{.Name}}"], Cancel)));

        Assert.Equal(4, ids.Distinct().Count());
        Assert.Equal(["h1", "h2", "h3", "h4"], names);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task An_unknown_name_is_answered_at_once_on_a_host()
    {
        const int CouldNotResolve = 6; // 28 would be the time-out
        // A datagram may get lost while a test before this one has an engine start on the host; a resolver that does not answer is silent always.
        await Wait.UntilAsync(
            async () => (await fixture.Lab.LegacyHosts[0].ExecAsync(["curl", "--silent", "--max-time", "4", "http://no.such.name/"], Cancel)).ExitCode == CouldNotResolve,
            Limit, "an answer that there is no such name", Cancel);
    }

    private static async Task<bool> AnswersAsync(LabContainer container) =>
        (await container.ExecAsync(Cancel, "curl", "-s", "http://127.0.0.1/")) is { ExitCode: 0 } result && result.Output.Trim() == container.Name;

    private static async Task<bool> IsHttpdRunningAsync(LabHost host) =>
        (await host.ExecAsync(["busybox", "pidof", "httpd"], Cancel)).ExitCode == 0;

    private static async Task<bool> ReachesAsync(LabHost from, LabHost to) =>
        (await from.ExecAsync(["busybox", "ping", "-c1", "-W1", $"{to.Address}"], Cancel)).ExitCode == 0;
}
