using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.LabTests.Gateway.Conformance;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>A relay before a real Consul 1.8.7 against another Consul without one: the same random requests to both, answer by answer, in each phase of a takeover.</summary>
public sealed class RelayConformanceTests(LabFixture fixture)
{
    private const int SeedsPerPhase = 3;
    private const int RequestsPerSeed = 500;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LabNode Kv => fixture.Lab.Kv;

    private string Http => $"{Kv.Address}:29600";

    private string Listen => $"{Kv.Address}:29610";

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Through_a_relay_Consul_answers_as_without_and_so_does_the_cluster_after_the_takeover()
    {
        var name = (await Kv.ExecAsync(["hostname"], Cancel)).Success();
        var other = fixture.Lab.LegacyHosts[0];
        await using var direct = await ConsulBeside.StartAsync(Kv, name, Cancel);
        await using var taken = await ConsulBeside.StartAsync(other, name, Cancel);
        var source = $"consul://{other.Address}:29500";
        var relay = await Kv.StartAsync(
            "relay",
            [
                LabFixture.BridgeCommand, "serve", "--data", $"{Kv.Folder}/relay", "--http", Http, "--raft", $"{Kv.Address}:29601", "--node-name", name,
                "--allow-remote-without-token", "--relay", source, "--relay-listen", Listen,
            ],
            Cancel);
        try
        {
            await relay.WaitForLogAsync("Relaying on", Limit, Cancel);
            using var engine = ConsulBeside.ClientOf(Kv, $"http://{Listen}");
            await CompareAsync(1, direct.Client, engine);
            using (var put = await engine.PutAsync("/v1/kv/docker/x", new ByteArrayContent([1]), Cancel))
                put.EnsureSuccessStatusCode();

            await TakeoverAsync("prepare", source);
            await CompareAsync(2, direct.Client, engine);
            await TakeoverAsync("abort");
            await CompareAsync(3, direct.Client, engine);
            await TakeoverAsync("prepare", source);
            await Wait.UntilAsync(
                async () => (await BridgeLab.RunAsync(Kv, ["takeover", "status", "--store", $"bridge://{Http}"])).Output.Contains("following the source", StringComparison.Ordinal),
                Limit, "a store in step", Cancel);
            await TakeoverAsync("commit");
            Assert.Equal("\u0001", await engine.GetStringAsync("/v1/kv/docker/x?raw", Cancel));
            await CompareAsync(4, direct.Client, engine);
        }
        finally
        {
            await relay.KillAsync(CancellationToken.None);
        }
    }

    private static async Task CompareAsync(int phase, HttpClient direct, HttpClient engine)
    {
        for (var seed = 1000 * phase; seed < 1000 * phase + SeedsPerPhase; seed++)
            if (await DifferentialRun.CompareAsync(seed, RequestsPerSeed, direct, engine, Cancel) is { } difference)
                Assert.Fail(difference);
    }

    private async Task TakeoverAsync(params string[] arguments)
    {
        var run = await BridgeLab.RunAsync(Kv, ["takeover", .. arguments, "--store", $"bridge://{Http}"]);
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Error}");
    }
}
