using OverlayBridge.Hosting;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Watch;

/// <summary>In which program an agent runs. In all other lab tests it is the one that this finds, as it is shipped.</summary>
public sealed class AgentProgramTests(AgentLab agents) : IClassFixture<AgentLab>
{
    private const int HttpPort = 8790;
    private const int RaftPort = 8791;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_alone_is_the_native_program_that_stands_beside_overlaybridge(bool legacy)
    {
        var pid = agents.AgentPid(agents.Host(legacy));

        Assert.True(File.Exists(LabFixture.AgentCommand), $"{LabFixture.AgentCommand} is not there. {LabFixture.HowToPublish}");
        Assert.Equal(LabFixture.AgentCommand, ProcFs.LinkOrNull($"/proc/{pid}/exe"));
        Assert.DoesNotContain("libcoreclr", await File.ReadAllTextAsync($"/proc/{pid}/maps", Cancel), StringComparison.Ordinal);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task The_program_refuses_to_be_the_agent_of_another_build()
    {
        var ran = await Exec.RunAsync([LabFixture.AgentCommand, "overlaybridge 0.0.1 (0123456789abcdef)", "serve"], Cancel);

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains($"This is the agent of {AgentBuild.Id}, not of overlaybridge 0.0.1 (0123456789abcdef).", ran.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task An_agent_beside_a_control_node_runs_within_its_process()
    {
        var host = agents.Legacy;
        var at = $"{host.Address}:{HttpPort}";
        var both = await host.StartAsync("both", [
            LabFixture.BridgeCommand, "serve", "--roles", "control,agent", "--data", $"{host.Folder}/both", "--http", at, "--raft", $"{host.Address}:{RaftPort}",
            "--allow-remote-without-token", "--host-name", host.Name, "--vtep", $"{host.Address}", "--dns", "none"], Cancel);
        try
        {
            await using var network = await TestNetwork.CreateAsync(agents.Fixture, host);
            var box = await network.RunAsync(host);
            using var http = new HttpClient(host.CreateHttpHandler());
            await AgentLab.UntilAsync("the container's record", async () =>
            {
                using var answer = await TryGetAsync(http, new Uri($"http://{at}/v1/kv/{BridgeKeys.Container(host.Name, box.Id)}"));
                return answer?.IsSuccessStatusCode == true;
            });
            Assert.Equal(LabFixture.BridgeCommand, ProcFs.LinkOrNull($"/proc/{both.Pid}/exe"));
        }
        finally
        {
            await both.KillAsync(CancellationToken.None);
        }
    }

    /// <summary>Null while nobody listens.</summary>
    private static async Task<HttpResponseMessage?> TryGetAsync(HttpClient http, Uri target)
    {
        try
        {
            return await http.GetAsync(target, Cancel);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
