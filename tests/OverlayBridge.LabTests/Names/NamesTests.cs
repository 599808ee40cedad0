using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.Watch;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Names;

/// <summary>Real containers of both engines ask Docker's own resolver, which asks the agent of their host.</summary>
public sealed class NamesTests(AgentLab agents) : IClassFixture<AgentLab>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Containers_of_both_sides_find_each_other_by_name_alias_and_address()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var db = await pair.RunAsync(agents.Legacy, "--network-alias", "database", "--dns", await ServerAsync(agents.Legacy));
        var web = await pair.RunAsync(agents.Swarm, "--network-alias", "www", "--dns", await ServerAsync(agents.Swarm));
        await pair.ExposeAsync(ExposureState.Active);

        await AnswersAsync(web, db.Name, db);
        await AnswersAsync(web, "database", db);
        await AnswersAsync(web, $"database.{pair.Name}", db);
        await AnswersAsync(db, web.Name, web);
        await AnswersAsync(db, "www", web);
        Assert.Contains($"{db.Name}.{pair.Name}", await LookUpAsync(web, $"{await pair.AddressAsync(db)}"), StringComparison.Ordinal);
        Assert.Contains($"{web.Name}.{pair.Name}", await LookUpAsync(db, $"{await pair.AddressAsync(web)}"), StringComparison.Ordinal);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Unknown_names_and_other_types_are_answered_at_once()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var db = await pair.RunAsync(agents.Legacy);
        var web = await pair.RunAsync(agents.Swarm, "--dns", await ServerAsync(agents.Swarm));
        await pair.ExposeAsync(ExposureState.Active);
        await AnswersAsync(web, db.Name, db);

        Assert.Contains("NXDOMAIN", await LookUpAsync(web, "nobody"), StringComparison.Ordinal);
        Assert.Contains("NXDOMAIN", await LookUpAsync(web, "nobody.example.com"), StringComparison.Ordinal); // by the host's own server
        Assert.Contains("NXDOMAIN", await LookUpAsync(web, $"{pair.Subnet.BaseAddress}".Replace(".0", ".77", StringComparison.Ordinal)), StringComparison.Ordinal);
        var sixth = await LookUpAsync(web, "-type=AAAA", db.Name);
        Assert.DoesNotContain("NXDOMAIN", sixth, StringComparison.Ordinal);
        Assert.DoesNotContain("::", sixth, StringComparison.Ordinal);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_name_goes_with_its_container_and_comes_back_with_the_next_one_of_that_name()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var first = await pair.RunAsync(agents.Legacy, "--network-alias", "moving");
        var web = await pair.RunAsync(agents.Swarm, "--dns", await ServerAsync(agents.Swarm));
        await pair.ExposeAsync(ExposureState.Active);
        await AnswersAsync(web, "moving", first);

        await agents.Legacy.DockerAsync(["stop", "--time", "0", first.Id], Cancel);
        await AgentLab.UntilAsync("a name that is unknown once its container stopped", async () => (await LookUpAsync(web, "moving")).Contains("NXDOMAIN", StringComparison.Ordinal));

        await AnswersAsync(web, "moving", await pair.RunAsync(agents.Legacy, "--network-alias", "moving"));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Names_are_answered_while_the_control_node_is_away()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var db = await pair.RunAsync(agents.Legacy);
        var web = await pair.RunAsync(agents.Swarm, "--dns", await ServerAsync(agents.Swarm));
        await pair.ExposeAsync(ExposureState.Active);
        await AnswersAsync(web, db.Name, db);

        await agents.KillControlAsync();
        try
        {
            Assert.Equal(db.Name, await web.AskAsync(db.Name, Cancel));
        }
        finally
        {
            await agents.StartControlAsync();
        }
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task The_tasks_of_a_service_answer_in_turn_to_legacy_containers()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var asker = await pair.RunAsync(agents.Legacy, "--dns", await ServerAsync(agents.Legacy));
        await pair.ExposeAsync(ExposureState.Active);
        var service = agents.Fixture.UniqueName("svc");
        await agents.Swarm.DockerAsync(
            [
                "service", "create", "--quiet", "--detach", "--name", service, "--network", pair.Name, "--endpoint-mode", "dnsrr", "--no-resolve-image",
                "--constraint", $"node.hostname=={agents.Swarm.Name}", "--replicas", "2", LabHost.Image,
            ],
            Cancel);
        try
        {
            var answers = new HashSet<string>();
            await AgentLab.UntilAsync("both tasks asked by the service's name", async () => await AskedAsync(service, answers) == 2);
            answers.Clear();
            await AgentLab.UntilAsync("both tasks asked by tasks.NAME", async () => await AskedAsync($"tasks.{service}", answers) == 2);
        }
        finally
        {
            await agents.Swarm.DockerAsync(["service", "rm", service], CancellationToken.None);
        }

        async Task<int> AskedAsync(string name, HashSet<string> answers)
        {
            var answer = await asker.ExecAsync(Cancel, "curl", "-s", "--max-time", "1", $"http://{name}/");
            if (answer.ExitCode == 0)
                answers.Add(answer.Output.Trim());
            return answers.Count;
        }
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_container_that_is_on_no_overlay_is_answered_all_but_shared_names()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var db = await pair.RunAsync(agents.Legacy);
        var web = await pair.RunAsync(agents.Swarm, "--dns", await ServerAsync(agents.Swarm));
        await pair.ExposeAsync(ExposureState.Active);
        await AnswersAsync(web, db.Name, db);

        var plain = await agents.Swarm.RunAsync(agents.Fixture.UniqueName("plain"), "bridge", Cancel, "--dns", await ServerAsync(agents.Swarm));
        try
        {
            Assert.Contains("NXDOMAIN", await LookUpAsync(plain, "nobody.example.com"), StringComparison.Ordinal);
            Assert.Contains("NXDOMAIN", await LookUpAsync(plain, db.Name), StringComparison.Ordinal);
        }
        finally
        {
            await plain.RemoveAsync(CancellationToken.None);
        }
    }

    private static Task AnswersAsync(LabContainer from, string name, LabContainer to) => AgentLab.UntilAsync(
        $"{name} asked from {from.Host.Release.Version}",
        async () => (await from.ExecAsync(Cancel, "curl", "-s", "--max-time", "1", $"http://{name}/")).Output.Trim() == to.Name);

    /// <summary>All that nslookup says; it fails where there is no such name.</summary>
    private static async Task<string> LookUpAsync(LabContainer container, params string[] arguments)
    {
        var result = await container.ExecAsync(Cancel, ["nslookup", .. arguments]);
        return result.Output + result.Error;
    }

    /// <summary>The address of docker_gwbridge; made by hand where the engine has not needed it yet.</summary>
    internal static Task<string> ServerAsync(LabHost host) => Wait.ForAsync(
        async () =>
        {
            var shown = await host.ExecAsync(["docker", "network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", "docker_gwbridge"], Cancel);
            return shown.ExitCode == 0 && shown.Output.Trim().Length > 0 ? shown.Output.Trim() : null;
        },
        TimeSpan.FromSeconds(30), $"docker_gwbridge on {host.Name}", Cancel);
}
