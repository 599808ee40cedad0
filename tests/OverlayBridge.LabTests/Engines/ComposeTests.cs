using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Engines;

public class ComposeTests(LabFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public Task Compose_version_1_runs_a_project_on_a_legacy_host_that_the_other_host_reaches() =>
        RunsProjectAsync(fixture.Lab.LegacyHosts[0], fixture.Lab.LegacyHosts[1], "1.29.2");

    [Fact(Timeout = LabTimeout.Test)]
    public Task Compose_version_2_runs_a_project_on_a_swarm_host_that_the_other_host_reaches() =>
        RunsProjectAsync(fixture.Lab.SwarmHosts[0], fixture.Lab.SwarmHosts[1], "2.26.1");

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Compose_version_2_is_also_a_plugin_of_the_docker_command_on_a_swarm_host() =>
        Assert.StartsWith("2.26.1", await fixture.Lab.SwarmHosts[0].DockerAsync(["compose", "version", "--short"], Cancel), StringComparison.Ordinal);

    private async Task RunsProjectAsync(LabHost host, LabHost other, string version)
    {
        await using var network = await TestNetwork.CreateAsync(fixture, host);
        var project = fixture.UniqueName("project");
        var asking = await network.RunAsync(other); // a swarm network is only there for Compose to find once it is in use
        var folder = Directory.CreateTempSubdirectory(project);
        var file = Path.Combine(folder.FullName, "docker-compose.yml");
        await File.WriteAllTextAsync(file, ComposeFile(network.Name), Cancel);
        try
        {
            await host.ComposeAsync(file, ["--project-name", project, "up", "--detach"], Cancel);

            var container = Assert.Single(await host.ContainersAsync($"com.docker.compose.project={project}", Cancel));
            var label = await host.DockerAsync(
                ["inspect", "--format", """{{index .Config.Labels "com.docker.compose.version"}}""", container.Id], Cancel);
            Assert.StartsWith(version, label, StringComparison.Ordinal);
            Assert.Equal("from-compose", await asking.AskAsync($"{await container.AddressAsync(network.Name, Cancel)}", Cancel));
        }
        finally
        {
            await host.ComposeAsync(file, ["--project-name", project, "down"], CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    private static string ComposeFile(string network) =>
        $$"""
        version: "3.5"
        services:
          web:
            image: {{LabHost.Image}}
            hostname: from-compose
            networks: [shared]
        networks:
          shared:
            external: true
            name: {{network}}
        """;
}
