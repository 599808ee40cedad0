using System.Globalization;
using OverlayBridge.LabTests.Import;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>Running engines without agents change from a real Consul to three control nodes, by a relay at Consul's old address.</summary>
public sealed class RelayTests(LabFixture fixture)
{
    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How long engines are busy before the takeover, and again after it. <c>OVERLAYBRIDGE_TAKEOVER_SECONDS</c> makes it longer.</summary>
    private static TimeSpan Busy => TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("OVERLAYBRIDGE_TAKEOVER_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 4);

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Busy_engines_change_hands_through_a_relay_without_a_failed_operation_and_Consul_may_end()
    {
        await using var lab = await RelayLab.UpAsync(fixture);
        var hosts = lab.Lab.LegacyHosts;
        var engines = await Task.WhenAll(hosts.Select(Evidence.EngineAsync));
        await lab.PrepareAsync();
        var logs = hosts.Select(Evidence.LogLength).ToArray();
        var names = await Task.WhenAll(
            NameProbe.StartAsync(lab.Anchors[0], lab.Anchors[1].Name, Cancel), NameProbe.StartAsync(lab.Anchors[1], lab.Anchors[0].Name, Cancel));
        StoreProbe[] probes = [.. hosts.Select(host => new StoreProbe(host, RelayLab.EngineStore))];
        EngineActivity[] activities = [.. hosts.Select((host, number) => new EngineActivity(fixture, host, lab.Network, number, sharedOnly: true))];
        using var stop = new CancellationTokenSource();
        var probing = Task.WhenAll(probes.Select(probe => probe.RunAsync(stop.Token)));
        var busy = Task.WhenAll(activities.Select(activity => activity.RunAsync(Busy + Busy, Cancel)));

        await Task.Delay(Busy, Cancel);
        var commit = await lab.TakeoverAsync("commit");
        Assert.True(commit.ExitCode == 0, $"{commit.Output}\n{commit.Error}");
        await lab.ReportAsync(TakeoverHostState.Redirected);
        TestContext.Current.TestOutputHelper!.WriteLine(commit.Output);
        await Evidence.NothingIsLostAsync(lab.Source, lab.Store, (await lab.Records.TakeoverAsync(Cancel))!.Record);
        await busy;
        await Evidence.NewNamesResolveAsync(fixture, hosts, lab.Network, lab.Anchors);
        await lab.Lab.Consul!.KillAsync(Cancel);
        await Task.WhenAll(activities.Select(activity => activity.RunAsync(TimeSpan.FromSeconds(2), Cancel)));
        await stop.CancelAsync();
        await probing;

        Evidence.Print(probes, activities);
        await Evidence.AcknowledgedIsThereAsync(lab.Store, probes);
        Assert.Empty(activities.SelectMany(static activity => activity.Refusals));
        Assert.All(probes, static probe => Assert.Empty(probe.Failures));
        Assert.All(probes, static probe => Assert.True(probe.Longest < FreezeLimit, $"a freeze of {probe.Longest}"));
        foreach (var name in names)
            Assert.Empty((await name.StopAsync(Cancel)).Wrong);
        await Task.WhenAll(probes.Select(probe => probe.RemoveAsync(Cancel)));
        await Task.WhenAll(activities.Select(activity => activity.RemoveAllAsync(Cancel)));
        await Evidence.AuditIsCleanAsync(lab.RunAsync, lab.Bridge, hosts);
        Assert.Equal(engines, await Task.WhenAll(hosts.Select(Evidence.EngineAsync)));
        Assert.Empty(hosts.SelectMany((host, at) => Evidence.StoreErrors(host, logs[at])));

        // A relay that was killed goes on serving when it is back, and the engines' watches are there again.
        await lab.KillAsync(lab.Relay);
        await lab.StartControlAsync(lab.Relay);
        await lab.ServesAsync();
        await Evidence.NewNamesResolveAsync(fixture, hosts, lab.Network, lab.Anchors);
        foreach (var probe in probes)
            probe.Dispose();
    }

    [Theory(Timeout = LabTimeout.OwnLab)]
    [InlineData(TakeoverPhase.Holding), InlineData(TakeoverPhase.Flipped)]
    public async Task A_leader_that_is_killed_beside_the_relay_costs_the_engines_one_election_and_no_write(TakeoverPhase from)
    {
        await using var lab = await RelayLab.UpAsync(fixture);
        await lab.PrepareAsync();
        StoreProbe[] probes = [.. lab.Lab.LegacyHosts.Select(static host => new StoreProbe(host, RelayLab.EngineStore))];
        using var stop = new CancellationTokenSource();
        var probing = Task.WhenAll(probes.Select(probe => probe.RunAsync(stop.Token)));

        var leader = await lab.LeadElsewhereAsync();
        var commit = lab.TakeoverAsync("commit");
        var seen = await lab.RecordAsync(from);
        await lab.KillAsync(leader);
        TestContext.Current.TestOutputHelper!.WriteLine($"{leader.Name} killed while {seen.Phase}");
        var takeover = await lab.RecordAsync(TakeoverPhase.Committed);
        Assert.True((await commit).ExitCode == 0, $"{(await commit).Output}\n{(await commit).Error}");
        Assert.Equal(TakeoverPhase.Committed, takeover.Phase);
        await lab.StartControlAsync(leader);
        await stop.CancelAsync();
        await probing;

        Evidence.Print(probes, []);
        await Evidence.NothingIsLostAsync(lab.Source, lab.Store, takeover);
        await Evidence.AcknowledgedIsThereAsync(lab.Store, probes);
        foreach (var probe in probes)
            probe.Dispose();
    }
}
