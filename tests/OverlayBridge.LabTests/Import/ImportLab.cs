using System.Net;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Import;

/// <summary>
/// A lab of its own with a real Consul and a real control node, both on the node kv, so that either can be killed, cut off
/// or replaced without disturbing engines. Consul is spoken to from the switch, the control node from kv itself: cutting kv
/// off cuts only the source.
/// </summary>
public sealed class ImportLab : IAsyncLifetime
{
    private const int BridgePort = 8600;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private RunningLab? lab;
    private NodeProcess? bridge;
    private int prefixes;

    public RunningLab Lab => lab ?? throw new InvalidOperationException("the lab is not up");

    public async ValueTask InitializeAsync()
    {
        lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"import-{Environment.ProcessId}", Legacy = 0, Swarm = 0, Consul = true, KeepLogsIn = LabFixture.LogFolder + "-import" }, TestContext.Current.CancellationToken);
        await StartBridgeAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (lab is not null)
            await lab.DisposeAsync();
    }

    /// <summary>A part of both stores that no other test uses, as the path of a STATE makes it: <c>t3/docker/</c>.</summary>
    public string UniquePrefix() => $"t{Interlocked.Increment(ref prefixes)}/docker/";

    /// <summary>A client of the real Consul.</summary>
    public IConsulClient ConnectSource() => Connect(Lab.Consul!.State, Lab.Nodes["fabric"]);

    /// <summary>A client of the real control node.</summary>
    public IConsulClient ConnectTarget() => Connect($"bridge://127.0.0.1:{BridgePort}", Lab.Kv);

    /// <summary>Starts the control node on the data it had, and waits until it answers.</summary>
    public async Task StartBridgeAsync(CancellationToken token)
    {
        bridge = await Lab.Kv.StartAsync(
            "bridge",
            [
                LabFixture.BridgeCommand, "serve", "--data", $"{Lab.Kv.Folder}/bridge",
                "--http", $"127.0.0.1:{BridgePort}", "--raft", "127.0.0.1:8601",
            ],
            token);
        using var http = new HttpClient(Lab.Kv.CreateHttpHandler());
        await Wait.UntilAsync(async () => !bridge.IsRunning || await IsReadyAsync(http, token), StartLimit, "start of the control node", token);
        Assert.True(bridge.IsRunning, bridge.ReadLog());
    }

    /// <summary>kill -9.</summary>
    public Task KillBridgeAsync(CancellationToken token) => bridge!.KillAsync(token);

    /// <summary>What <c>consul snapshot save</c> writes.</summary>
    public async Task<byte[]> SaveSnapshotAsync(CancellationToken token)
    {
        using var http = Lab.Consul!.CreateClient();
        return await http.GetByteArrayAsync(new Uri("/v1/snapshot", UriKind.Relative), token);
    }

    /// <summary>What <c>consul snapshot restore</c> does.</summary>
    public async Task RestoreSnapshotAsync(byte[] snapshot, CancellationToken token)
    {
        using var http = Lab.Consul!.CreateClient();
        using var body = new ByteArrayContent(snapshot);
        using var answer = await http.PutAsync(new Uri("/v1/snapshot", UriKind.Relative), body, token);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Another Consul at the same address: it has never seen a key.</summary>
    public async Task ReplaceConsulAsync(CancellationToken token)
    {
        await Lab.Consul!.StopAsync(token);
        Directory.Delete($"{Lab.Kv.Folder}/consul", recursive: true);
        await Lab.Consul.StartAsync(token);
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken token)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{BridgePort}/health/ready"), token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    private static ConsulClient Connect(string state, LabNode from) => new(new(state, StateUri.Parse(state).Servers)
    {
        Connect = async (server, token) => await from.ConnectAsync(server, token),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        AnswerTimeout = TimeSpan.FromSeconds(8),
    });
}
