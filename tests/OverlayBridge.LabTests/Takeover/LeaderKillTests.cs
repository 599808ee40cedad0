using OverlayBridge.LabTests.Import;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>A takeover of running engines in which the control node that leads is killed at each step; the next one goes on.</summary>
public sealed class LeaderKillTests(LabFixture fixture)
{
    private const int MostCommits = 3;
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task A_takeover_goes_on_when_the_leader_is_killed_while_prepared_while_holding_and_after_the_flip()
    {
        await using var lab = await TakeoverLab.UpAsync(fixture, "kills");
        var hosts = lab.Lab.LegacyHosts;
        var engines = await Task.WhenAll(hosts.Select(Evidence.EngineAsync));
        var logs = hosts.Select(Evidence.LogLength).ToArray();
        await lab.PrepareAsync("--hold", "30");
        var names = await Task.WhenAll(
            NameProbe.StartAsync(lab.Anchors[0], lab.Anchors[1].Name, Cancel), NameProbe.StartAsync(lab.Anchors[1], lab.Anchors[0].Name, Cancel));
        StoreProbe[] probes = [.. hosts.Select(host => new StoreProbe(host, lab.Lab.Consul!.Address))];
        EngineActivity[] activities = [.. hosts.Select((host, number) => new EngineActivity(fixture, host, lab.Network, number, sharedOnly: true))];
        using var stop = new CancellationTokenSource();
        var probing = Task.WhenAll(probes.Select(probe => probe.RunAsync(stop.Token)));
        var before = Task.WhenAll(activities.Select(activity => activity.RunAsync(Busy, Cancel)));

        await KillLeaderAsync(lab);
        await lab.HostsAsync(TakeoverHostState.Ready);
        await before;
        var commit = await HoldByOneAsync(lab);
        await KillLeaderAsync(lab);
        await FlipForOneAsync(lab);
        Assert.Empty(hosts.SelectMany((host, at) => Evidence.StoreErrors(host, logs[at])));
        // From here on an engine may be connected to the node that is killed, and say so, as it does when a server of Consul ends.
        await KillLeaderAsync(lab);
        lab.Agent(hosts[1]).Resume();
        var takeover = await lab.RecordAsync(static record => record.Phase == TakeoverPhase.Committed, "the commit by the third leader");
        Assert.True((await commit).ExitCode == 0, $"{(await commit).Output}\n{(await commit).Error}");
        await Evidence.NothingIsLostAsync(lab.Source, lab.Store, takeover);
        await lab.Lab.Consul!.KillAsync(Cancel);
        await Task.WhenAll(activities.Select(activity => activity.RunAsync(Busy, Cancel)));
        await Evidence.NewNamesResolveAsync(fixture, hosts, lab.Network, lab.Anchors);
        await stop.CancelAsync();
        await probing;

        Evidence.Print(probes, activities);
        await Evidence.AcknowledgedIsThereAsync(lab.Store, probes);
        Assert.Empty(activities.SelectMany(static activity => activity.Refusals));
        foreach (var name in names)
            Assert.Empty((await name.StopAsync(Cancel)).Wrong);
        await Task.WhenAll(probes.Select(probe => probe.RemoveAsync(Cancel)));
        await Task.WhenAll(activities.Select(activity => activity.RemoveAllAsync(Cancel)));
        await Evidence.AuditIsCleanAsync(lab.RunAsync, lab.Bridge, hosts);
        Assert.Equal(engines, await Task.WhenAll(hosts.Select(Evidence.EngineAsync)));
        foreach (var probe in probes)
            probe.Dispose();
    }

    [Theory(Timeout = LabTimeout.OwnLab)]
    [InlineData(TakeoverPhase.Holding), InlineData(TakeoverPhase.Flipped)]
    public async Task A_leader_that_is_killed_in_the_midst_of_it_costs_the_engines_one_election_and_no_write(TakeoverPhase from)
    {
        await using var lab = await TakeoverLab.UpAsync(fixture, "hold");
        var hosts = lab.Lab.LegacyHosts;
        await lab.PrepareAsync("--hold", "30");
        StoreProbe[] probes = [.. hosts.Select(host => new StoreProbe(host, lab.Lab.Consul!.Address))];
        using var stop = new CancellationTokenSource();
        var probing = Task.WhenAll(probes.Select(probe => probe.RunAsync(stop.Token)));

        var leader = await lab.LeaderAsync();
        var commit = lab.TakeoverAsync("commit");
        var seen = await lab.RecordAsync(record => record.Phase >= from, $"{from}");
        await lab.KillAsync(leader);
        var killed = TimeProvider.System.GetTimestamp();
        await lab.LeaderAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"killed while {seen.Phase}, the next leader after {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.00} s");
        var takeover = await lab.RecordAsync(static record => record.Phase == TakeoverPhase.Committed, "the commit by the second leader");
        Assert.True((await commit).ExitCode == 0, $"{(await commit).Output}\n{(await commit).Error}");
        TestContext.Current.TestOutputHelper?.WriteLine($"committed {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.00} s after the kill");
        await lab.StartControlAsync(leader);
        await stop.CancelAsync();
        await probing;

        Evidence.Print(probes, []);
        await Evidence.NothingIsLostAsync(lab.Source, lab.Store, takeover);
        await Evidence.AcknowledgedIsThereAsync(lab.Store, probes);
        foreach (var probe in probes)
            probe.Dispose();
    }

    /// <summary>kill -9 of the control node that leads; it comes back at once, with what it had.</summary>
    private static async Task KillLeaderAsync(TakeoverLab lab)
    {
        var leader = await lab.LeaderAsync();
        await lab.KillAsync(leader);
        await lab.StartControlAsync(leader);
    }

    /// <summary>
    /// Commit, and the first host's agent stands still before it holds: the phase stays. Where the machine is so busy that this host counts as lost before the command is there, the commit is refused,
    /// nothing is changed, and it is asked for once more.
    /// </summary>
    private static async Task<Task<Lab.Processes.ExecResult>> HoldByOneAsync(TakeoverLab lab)
    {
        var hosts = lab.Lab.LegacyHosts;
        for (var attempt = 1; ; attempt++)
        {
            lab.Agent(hosts[0]).Pause();
            var commit = lab.TakeoverAsync("commit");
            var holding = lab.HostAsync(hosts[1], TakeoverHostState.Holding);
            if (await Task.WhenAny(holding, commit) == holding)
            {
                await holding;
                lab.Agent(hosts[1]).Pause();
                return commit;
            }
            var refused = await commit;
            Assert.True(attempt < MostCommits && refused.Error.Contains("not heard of", StringComparison.Ordinal), $"{refused.Output}\n{refused.Error}");
            lab.Agent(hosts[0]).Resume();
            await lab.HeardAsync();
        }
    }

    /// <summary>The first host's agent goes on, and holds: the store changes hands. The second one's, which holds too, hears nothing of it.</summary>
    private static async Task FlipForOneAsync(TakeoverLab lab)
    {
        lab.Agent(lab.Lab.LegacyHosts[0]).Resume();
        await lab.RecordAsync(static record => record.Phase == TakeoverPhase.Flipped, "the flip by the second leader");
        await lab.HostAsync(lab.Lab.LegacyHosts[0], TakeoverHostState.Redirected);
    }
}
