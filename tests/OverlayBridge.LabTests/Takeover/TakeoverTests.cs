using System.Globalization;
using System.Text.Json;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.Import;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>Running engines change from a real Consul to three control nodes, by the agents on their hosts.</summary>
public sealed class TakeoverTests(LabFixture fixture)
{
    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How long engines are busy before the takeover, and again after it. <c>OVERLAYBRIDGE_TAKEOVER_SECONDS</c> makes it longer.</summary>
    private static TimeSpan Busy => TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("OVERLAYBRIDGE_TAKEOVER_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 4);

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Busy_engines_change_hands_without_a_failed_operation_and_Consul_may_end()
    {
        await using var lab = await TakeoverLab.UpAsync(fixture, "busy");
        var hosts = lab.Lab.LegacyHosts;
        var engines = await Task.WhenAll(hosts.Select(Evidence.EngineAsync));
        var rules = await Task.WhenAll(hosts.Select(Evidence.RulesAsync));
        var logs = hosts.Select(Evidence.LogLength).ToArray();
        await lab.PrepareAsync();
        var names = await Task.WhenAll(
            NameProbe.StartAsync(lab.Anchors[0], lab.Anchors[1].Name, Cancel), NameProbe.StartAsync(lab.Anchors[1], lab.Anchors[0].Name, Cancel));
        StoreProbe[] probes = [.. hosts.Select(host => new StoreProbe(host, lab.Lab.Consul!.Address))];
        EngineActivity[] activities = [.. hosts.Select((host, number) => new EngineActivity(fixture, host, lab.Network, number, sharedOnly: true))];
        using var stop = new CancellationTokenSource();
        var probing = Task.WhenAll(probes.Select(probe => probe.RunAsync(stop.Token)));
        var busy = Task.WhenAll(activities.Select(activity => activity.RunAsync(Busy + Busy, Cancel)));

        await Task.Delay(Busy, Cancel);
        var commit = await lab.TakeoverAsync("commit");
        Assert.True(commit.ExitCode == 0, $"{commit.Output}\n{commit.Error}");
        var takeover = await lab.RecordAsync(static record => record.Phase == TakeoverPhase.Committed, "the commit");
        await Evidence.NothingIsLostAsync(lab.Source, lab.Store, takeover);
        await busy;
        await Evidence.NewNamesResolveAsync(fixture, hosts, lab.Network, lab.Anchors);
        await AlarmNamesALateWriterAsync(lab);
        await lab.Lab.Consul!.KillAsync(Cancel);
        await Task.WhenAll(activities.Select(activity => activity.RunAsync(TimeSpan.FromSeconds(2), Cancel)));
        await stop.CancelAsync();
        await probing;

        Evidence.Print(probes, activities);
        await Evidence.AcknowledgedIsThereAsync(lab.Store, probes);
        Assert.Empty(activities.SelectMany(static activity => activity.Refusals));
        Assert.All(probes, static probe => Assert.True(probe.Longest < FreezeLimit, $"a freeze of {probe.Longest}"));
        foreach (var name in names)
            Assert.Empty((await name.StopAsync(Cancel)).Wrong);
        await Task.WhenAll(probes.Select(probe => probe.RemoveAsync(Cancel)));
        await Task.WhenAll(activities.Select(activity => activity.RemoveAllAsync(Cancel)));
        await Evidence.AuditIsCleanAsync(lab.RunAsync, lab.Bridge, hosts);
        Assert.Equal(engines, await Task.WhenAll(hosts.Select(Evidence.EngineAsync)));
        Assert.Empty(hosts.SelectMany((host, at) => Evidence.StoreErrors(host, logs[at])));

        var release = await lab.TakeoverAsync("release");
        Assert.True(release.ExitCode == 0, $"{release.Output}\n{release.Error}");
        Assert.Equal(rules, await Task.WhenAll(hosts.Select(Evidence.RulesAsync)));
        foreach (var probe in probes)
            probe.Dispose();
    }

    /// <summary>An engine that was forgotten writes to Consul.</summary>
    private static async Task AlarmNamesALateWriterAsync(TakeoverLab lab)
    {
        Assert.True(await lab.Source.Client.PutAsync("docker/nodes/172.31.0.77:2376", "172.31.0.77:2376"u8.ToArray(), default, Cancel));
        await Wait.UntilAsync(
            async () =>
            {
                using var status = JsonDocument.Parse((await lab.TakeoverAsync("status", "--output", "json")).Success());
                return status.RootElement.GetProperty("alarms").GetProperty("latest").EnumerateArray().Any(static alarm =>
                    alarm.GetProperty("key").GetString() == "docker/nodes/172.31.0.77:2376" && alarm.GetProperty("host").GetString() == "172.31.0.77");
            },
            Limit, "an alarm that names the late writer", Cancel);
        TestContext.Current.TestOutputHelper!.WriteLine((await lab.TakeoverAsync("status")).Output);
    }
}
