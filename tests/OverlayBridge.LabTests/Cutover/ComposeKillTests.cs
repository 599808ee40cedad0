using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// Kills while a Compose project is brought up from changed files, which makes its container anew: agent, engine, or both. Part of the long form of the kills (<see cref="BoundaryTests"/>): run when it is asked for.
/// </summary>
public sealed class ComposeKillTests(CutoverLab lab) : IClassFixture<CutoverLab>
{
    private const int RoundsOfEach = 4;
    private const string Label = "round";

    /// <summary>What looks after engines starts one that ended, not one that is still ending.</summary>
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Random random = new(Kill.Seed());

    private LabHost Host => lab.Lab.LegacyHosts[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 1_800_000, Explicit = true)]
    public async Task A_project_is_as_its_changed_file_says_though_agent_or_engine_is_killed_while_it_is_brought_up()
    {
        await lab.DoneAsync(Host, StepKind.ConvertHost);
        var victims = from round in Enumerable.Range(0, RoundsOfEach) from victim in (Victim[])[Victim.Agent, Victim.Engine, Victim.Both] select victim;
        foreach (var (victim, round) in victims.Select(static (victim, round) => (victim, round)))
        {
            var content = await ChangedAsync(round);
            var delay = TimeSpan.FromMilliseconds(random.Next(1500));
            var asked = await lab.AskAsync(Host, content);
            await Wait.UntilAsync(async () => await lab.ReportAsync(Host, asked) is { Changes.Length: > 0 }, Limit, "the project being brought up", Cancel);
            await Task.Delay(delay, Cancel);
            await StrikeAsync(victim);
            var report = await lab.EndAsync(Host, asked);
            Console.Out.WriteLine($"{victim} killed {delay.TotalMilliseconds:0} ms into it: {report.State} {report.Cause}");
            if (report.State == HostTaskState.Failed) // the run would pause, and an operator resume it
                report = await lab.EndAsync(Host, await lab.AskAsync(Host, content));
            Assert.True(report.State == HostTaskState.Done, $"{report.Cause} {report.Remedy}");
            await IsAsync(round);
        }
    }

    /// <summary>The project's file with what runs on this host, and another label each time.</summary>
    private async Task<StepContent> ChangedAsync(int round)
    {
        var sample = await File.ReadAllTextAsync(Path.Combine(TestFiles.RepositoryRoot, "compose-samples", "shop", "before", "docker-compose.yml"), Cancel);
        var (web, networks) = (sample.IndexOf("  web:", StringComparison.Ordinal), sample.IndexOf("\nnetworks:", StringComparison.Ordinal) + 1);
        await File.WriteAllTextAsync(Path.Combine(Host.Folder, "shop.yml"), $"{sample[..web].TrimEnd()}\n    labels:\n      {Label}: \"{round}\"\n{sample[networks..]}", Cancel);
        var step = new PlanStep($"update-compose.{Host.Name}.shop", StepKind.UpdateCompose, "stage", Host.Name, null, null, Limit) { Project = "shop" };
        var content = lab.ContentOf(step, new PlanHost(Host.Name, Host.Address, HostStrategy.ConvertHost, EngineRelease.Legacy.Version, null, []));
        return content with { Compose = new StepCompose("shop", "", Host.Folder, ["shop.yml"]) };
    }

    private async Task StrikeAsync(Victim victim)
    {
        if (victim != Victim.Agent)
            await MigrationLab.KillEngineAsync(Host);
        if (victim != Victim.Engine)
        {
            await lab.KillAgentAsync(Host);
            await lab.StartAgentAgainAsync(Host);
        }
        if (victim == Victim.Agent)
            return;
        await Task.Delay(Restart, Cancel);
        (await Host.ExecAsync(["sh", Path.Combine(Host.Folder, "engine-start")], Cancel)).Success();
    }

    /// <summary>One container of the service, with the label, that is reached at its address; and legacy hosts are not told of another one.</summary>
    private async Task IsAsync(int round)
    {
        var listed = await Host.DockerAsync(["ps", "--all", "--filter", "label=com.docker.compose.service=db", "--format", $"{{{{.State}}}} {{{{.Label \"{Label}\"}}}}"], Cancel);
        Assert.Equal($"running {round}", listed.Trim());
        var address = await Host.DockerAsync(["inspect", "--format", $$$"""{{(index .NetworkSettings.Networks "{{{CutoverLab.Network}}}").IPAddress}}""", "db"], Cancel);
        await lab.ReachesAsync(lab.Web, address, "db");
        var named = await lab.Web.ExecAsync(Cancel, "nslookup", "db");
        Assert.True(named.Output.Contains("NXDOMAIN", StringComparison.Ordinal) || named.Error.Contains("NXDOMAIN", StringComparison.Ordinal) || named.Output.Contains(address, StringComparison.Ordinal), named.Output + named.Error);
    }
}
