using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>A legacy host with an app of Compose goes into the swarm in place, and back, by its agent.</summary>
public sealed partial class ConvertHostTests(CutoverLab lab) : IClassFixture<CutoverLab>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LabHost Host => lab.Lab.LegacyHosts[0];

    private LabHost Other => lab.Lab.LegacyHosts[1];

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task There_and_back_containers_keep_identity_address_and_MAC_and_reach_each_other()
    {
        var before = await CutoverLab.IdentityAsync(lab.Db);
        await lab.DoneAsync(Host, StepKind.CheckStore);
        await lab.ReachesAsync(lab.Web, "db", "db");
        var probes = await Task.WhenAll(Probes.Select(ProbeAsync));

        var planned = await lab.DoneAsync(Host, StepKind.ConvertHost, dryRun: true);
        Assert.Equal(before, await CutoverLab.IdentityAsync(lab.Db));
        var converted = await lab.DoneAsync(Host, StepKind.ConvertHost);
        Assert.Equal(planned.Changes, converted.Changes);
        Assert.Equal(before, await CutoverLab.IdentityAsync(lab.Db));
        Assert.Equal("active", await Host.DockerAsync(["info", "--format", "{{.Swarm.LocalNodeState}}"], Cancel));
        await lab.ReachesAsync(lab.Web, "db", "db");
        await lab.ReachesAsync(lab.Web, "database", "db");
        await lab.ReachesAsync(lab.Db, "web", "web");
        await NewContainerOfTheSwarmReachesBothAsync();
        var cleaned = await lab.DoneAsync(Host, StepKind.CleanRecords);
        Assert.DoesNotContain(cleaned.Changes, static change => change.Contains("endpoint", StringComparison.Ordinal));
        Assert.Empty((await lab.DoneAsync(Host, StepKind.ConvertHost)).Changes);
        await AuditIsCleanAsync();
        await EngineIsExchangedAndBackAsync(before);
        await ComposeLeavesWhatIsAsItsFileSaysAsync(before);
        await WithoutTheBridgeNamesGoToTheNextServerAsync();

        await lab.DoneAsync(Host, StepKind.ConvertHost, undo: true);
        Assert.Equal(before, await CutoverLab.IdentityAsync(lab.Db));
        Assert.Equal("inactive", await Host.DockerAsync(["info", "--format", "{{.Swarm.LocalNodeState}}"], Cancel));
        Assert.Equal(lab.NetworkId, await Host.DockerAsync(
            ["inspect", "--format", $$$"""{{(index .NetworkSettings.Networks "{{{CutoverLab.Network}}}").NetworkID}}""", "db"], Cancel));
        await lab.ReachesAsync(lab.Web, "db", "db");
        await lab.ReachesAsync(lab.Db, "web", "web");
        await AuditIsCleanAsync();
        Assert.Single((await lab.Manager.DockerAsync(["node", "ls", "--quiet"], Cancel)).Split('\n'));
        Assert.Null(await lab.TryRecordAsync<HostConversion>(BridgeKeys.Conversion(Host.Name)));
        await Task.WhenAll(probes.Select(ToldAsync));
    }

    [Theory(Timeout = LabTimeout.OwnLab)]
    [InlineData("Stop the engine", false)]
    [InlineData("Join the swarm", false)]
    [InlineData("Leave the swarm", true)]
    public async Task An_agent_killed_inside_the_act_goes_on_to_the_same_end(string at, bool undo)
    {
        var before = await CutoverLab.IdentityAsync(lab.Db);
        if (undo)
            await lab.DoneAsync(Host, StepKind.ConvertHost);

        var asked = await lab.AskAsync(Host, StepKind.ConvertHost, undo);
        await Wait.UntilAsync(
            async () => (await lab.ReportAsync(Host, asked))?.Changes.Any(change => change.StartsWith(at, StringComparison.Ordinal)) == true, Limit, $"'{at}'", Cancel);
        await lab.KillAgentAsync(Host);
        await lab.StartAgentAgainAsync(Host);
        var report = await lab.EndAsync(Host, asked);

        Assert.True(report.State == HostTaskState.Done, $"{report.Cause} {report.Remedy}");
        Assert.Equal(before, await CutoverLab.IdentityAsync(lab.Db));
        await lab.ReachesAsync(lab.Web, "db", "db");
        if (!undo)
            await lab.DoneAsync(Host, StepKind.ConvertHost, undo: true);
        Assert.Equal(before, await CutoverLab.IdentityAsync(lab.Db));
        await lab.ReachesAsync(lab.Web, "db", "db");
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Both_hosts_upgraded_in_the_same_stop_end_on_plain_swarm_and_the_way_back_leads_home()
    {
        var before = await IdentitiesAsync();

        await ConvertedUnderAKillAsync(EngineRelease.Modern.Version);
        var early = await lab.EndAsync(lab.Manager, await lab.AskAsync(lab.Manager, StepKind.Unexpose));
        Assert.Equal(HostTaskState.Failed, early.State);
        Assert.Contains("web on h2", early.Cause, StringComparison.Ordinal);
        await lab.DoneAsync(Other, StepKind.ConvertHost, upgradeTo: EngineRelease.Modern.Version);
        foreach (var host in (LabHost[])[Host, Other])
        {
            Assert.StartsWith(EngineRelease.Modern.Version, await host.DockerAsync(["version", "--format", "{{.Server.Version}}"], Cancel), StringComparison.Ordinal);
            await lab.DoneAsync(host, StepKind.CleanRecords);
        }
        await lab.DoneAsync(lab.Manager, StepKind.Unexpose);
        Assert.Equal(before, await IdentitiesAsync());
        await lab.ReachesAsync(lab.Web, "db", "db");
        await lab.ReachesAsync(lab.Db, "web", "web");

        await lab.DoneAsync(lab.Manager, StepKind.Unexpose, undo: true);
        await lab.DoneAsync(Other, StepKind.ConvertHost, undo: true);
        await lab.DoneAsync(Host, StepKind.ConvertHost, undo: true);
        Assert.Equal(before, await IdentitiesAsync());
        await lab.ReachesAsync(lab.Web, "db", "db");
        await lab.ReachesAsync(lab.Db, "web", "web");
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task What_cannot_be_converted_is_refused_before_anything_is_changed()
    {
        var report = await lab.EndAsync(Host, await lab.AskAsync(Host, StepKind.ConvertHost, upgradeTo: "99.1"));

        Assert.Equal(HostTaskState.Failed, report.State);
        Assert.Contains("does not know how to start engine 99.1", report.Cause, StringComparison.Ordinal);
        Assert.Empty(report.Changes);
        Assert.Null(await lab.TryRecordAsync<HostConversion>(BridgeKeys.Conversion(Host.Name)));
    }

    /// <summary>Its engine is killed while it is being stopped: what the crash leaves no newer engine cleans up, and the way back would fail for it.</summary>
    private async Task ConvertedUnderAKillAsync(string upgradeTo)
    {
        var asked = await lab.AskAsync(Host, StepKind.ConvertHost, upgradeTo: upgradeTo);
        await Wait.UntilAsync(async () => await lab.ReportAsync(Host, asked) is { Changes.Length: > 0 }, Limit, "the conversion under way", Cancel);
        await MigrationLab.KillEngineAsync(Host);
        var report = await lab.EndAsync(Host, asked);
        Assert.True(report.State == HostTaskState.Done, $"{report.Cause} {report.Remedy}");
    }

    private async Task<string[]> IdentitiesAsync() => [await CutoverLab.IdentityAsync(lab.Db), await CutoverLab.IdentityAsync(lab.Web)];

    private async Task NewContainerOfTheSwarmReachesBothAsync()
    {
        var resolver = await lab.Manager.DockerAsync(["network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", "docker_gwbridge"], Cancel);
        var fresh = await lab.Manager.RunAsync("fresh", CutoverLab.Network, Cancel, "--dns", resolver);
        await lab.ReachesAsync(fresh, "db", "db");
        await lab.ReachesAsync(fresh, "web", "web");
        await fresh.RemoveAsync(Cancel);
    }

    /// <summary>The lab's own resolver denies every name; our name server is gone with its agent.</summary>
    private async Task WithoutTheBridgeNamesGoToTheNextServerAsync()
    {
        await lab.KillAgentAsync(Host);
        var asked = await lab.Db.ExecAsync(Cancel, "nslookup", "nothing.example");
        Assert.Contains("NXDOMAIN", asked.Output + asked.Error, StringComparison.Ordinal);
        await lab.StartAgentAgainAsync(Host);
    }

    private async Task EngineIsExchangedAndBackAsync(string before)
    {
        foreach (var (undo, version) in new[] { (false, EngineRelease.Modern.Version), (true, EngineRelease.Legacy.Version) })
        {
            await lab.DoneAsync(Host, StepKind.UpgradeEngine, undo, upgradeTo: EngineRelease.Modern.Version);
            Assert.StartsWith(version, await Host.DockerAsync(["version", "--format", "{{.Server.Version}}"], Cancel), StringComparison.Ordinal);
            Assert.Equal(before, await CutoverLab.IdentityAsync(lab.Db));
            await lab.ReachesAsync(lab.Web, "db", "db");
        }
    }

    /// <summary>The project's file with what runs on this host.</summary>
    private async Task ComposeLeavesWhatIsAsItsFileSaysAsync(string before)
    {
        var sample = await File.ReadAllTextAsync(Path.Combine(TestFiles.RepositoryRoot, "compose-samples", "shop", "before", "docker-compose.yml"), Cancel);
        var (web, networks) = (sample.IndexOf("  web:", StringComparison.Ordinal), sample.IndexOf("\nnetworks:", StringComparison.Ordinal) + 1);
        await File.WriteAllTextAsync(Path.Combine(Host.Folder, "shop.yml"), sample[..web] + sample[networks..], Cancel);
        var step = new PlanStep($"update-compose.{Host.Name}.shop", StepKind.UpdateCompose, "stage", Host.Name, null, null, Limit) { Project = "shop" };
        var content = lab.ContentOf(step, new PlanHost(Host.Name, Host.Address, HostStrategy.ConvertHost, EngineRelease.Legacy.Version, null, []));
        foreach (var (file, isThere) in new[] { ("nothing.yml", false), ("shop.yml", true) })
        {
            var report = await lab.EndAsync(Host, await lab.AskAsync(Host, content with { Compose = new StepCompose("shop", "", Host.Folder, [file]) }));
            Assert.True(report.State == (isThere ? HostTaskState.Done : HostTaskState.Failed), $"{report.Cause} {report.Remedy}");
            Assert.Equal(isThere, report.Cause.Length == 0);
            Assert.Equal(before, await CutoverLab.IdentityAsync(lab.Db));
        }
    }

    /// <summary>Streams of requests from web to db, by name, through everything.</summary>
    private static IEnumerable<(string Name, ProbeTarget Target)> Probes { get; } =
    [
        ("http", new ProbeTarget.Http(new Uri("http://db/"))), ("tcp", new ProbeTarget.Tcp("db", 80)),
        ("exec", new ProbeTarget.Exec(["curl", "-sSf", "--max-time", "1", "http://db/"])),
    ];

    private async Task<ProbeTaskRecord> ProbeAsync((string Name, ProbeTarget Target) stream)
    {
        var probe = new ProbeTaskRecord("run-1", $"stage.{stream.Name}", 1, "web", stream.Target, stream.Name == "exec" ? 500 : 100, 2000);
        await lab.Store.PutAsync(BridgeKeys.Probe(Other.Name, probe.Probe), BridgeRecords.Encode(probe), default, Cancel);
        await Wait.UntilAsync(
            async () => await lab.TryRecordAsync<ProbeReport>(BridgeKeys.ProbeReport(Other.Name, probe.Probe)) is { SuccessesInARow: > 5 }, Limit, "a probe that succeeds", Cancel);
        return probe;
    }

    private async Task ToldAsync(ProbeTaskRecord probe)
    {
        ProbeReport? report = null;
        await Wait.UntilAsync(
            async () => (report = await lab.TryRecordAsync<ProbeReport>(BridgeKeys.ProbeReport(Other.Name, probe.Probe))) is { SuccessesInARow: > 5 }, Limit, "a probe that succeeds again", Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"web to db, {probe.Probe}: {report!.Failures} of {report.Tries} failed, longest outage {report.LongestOutageMilliseconds} ms, last: {report.LastError}");
        Assert.True(report!.Failures > 0, "a stopped engine is noticed");
        await lab.Store.DeleteAsync(BridgeKeys.Probe(Other.Name, probe.Probe), null, Cancel);
        await Wait.UntilAsync(
            async () => await lab.TryRecordAsync<ProbeReport>(BridgeKeys.ProbeReport(Other.Name, probe.Probe)) is null, Limit, "the end of the probe", Cancel);
    }

    /// <summary>Nothing that a person would have to repair; an engine that just started may still be about to register.</summary>
    private async Task AuditIsCleanAsync()
    {
        var audit = await lab.CommandAsync("audit", lab.Bridge, "--bridge", lab.Bridge);
        for (var tries = 0; audit.ExitCode != 0 && tries < 10; tries++)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
            audit = await lab.CommandAsync("audit", lab.Bridge, "--bridge", lab.Bridge);
        }
        Assert.True(audit.ExitCode == 0, $"{audit.Output}\n{audit.Error}");
    }
}
