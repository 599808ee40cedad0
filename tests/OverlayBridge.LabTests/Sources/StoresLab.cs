using System.Text;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Consul;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Lab.Stores;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Sources.Etcd;
using OverlayBridge.Sources.ZooKeeper;

namespace OverlayBridge.LabTests.Sources;

/// <summary>A lab of its own: one legacy host on an etcd, and beside it a ZooKeeper and a Consul, all three real, on the node kv.</summary>
public sealed class StoresLab : IAsyncLifetime
{
    private RunningLab? lab;
    private int prefixes;
    private NodeProcess? bridge;

    public RunningLab Lab => lab ?? throw new InvalidOperationException("the lab is not up");

    public ZooKeeperServer ZooKeeper => new(Lab.Kv);

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"stores-{Environment.ProcessId}", Legacy = 1, Swarm = 0, Store = LabStore.Etcd, KeepLogsIn = LabFixture.LogFolder + "-stores" }, token);
        await Task.WhenAll(ZooKeeper.StartAsync(token), new ConsulServer(lab.Kv).StartAsync(token));
    }

    public async ValueTask DisposeAsync()
    {
        if (lab is not null)
            await lab.DisposeAsync();
    }

    /// <summary>The STATE of one of the three: <c>consul</c>, <c>etcd</c> or <c>zk</c>.</summary>
    public string State(string store) => store switch
    {
        "etcd" => Lab.Store!.State,
        "zk" => ZooKeeper.State,
        _ => new ConsulServer(Lab.Kv).State,
    };

    /// <summary>A part of the stores that no other test uses.</summary>
    public string UniquePrefix() => $"t{Interlocked.Increment(ref prefixes)}/docker/";

    /// <summary>Opens one of the three for this process, which has no address on the lab's network.</summary>
    public IWritableSource Open(string store, string prefix)
    {
        var servers = StateUri.Parse(State(store)).Servers;
        Func<System.Net.DnsEndPoint, CancellationToken, ValueTask<Stream>> connect = async (server, token) => await Lab.Kv.ConnectAsync(server, token);
        return store switch
        {
            "etcd" => new EtcdSource(new(State(store), servers) { Connect = connect }, prefix),
            "zk" => new ZooKeeperSource(new(State(store), servers) { Connect = connect, ConnectTimeout = TimeSpan.FromSeconds(2) }, prefix),
            _ => new ConsulSource(new ConsulClient(new(State(store), servers) { Connect = connect }), prefix),
        };
    }

    /// <summary>Runs the real command on the node of the stores.</summary>
    public Task<ExecResult> RunAsync(IReadOnlyDictionary<string, string>? environment, params IReadOnlyList<string> arguments) =>
        Lab.Kv.ExecAsync([LabFixture.BridgeCommand, .. arguments], TestContext.Current.CancellationToken, environment);

    /// <summary>A real control node on the node kv, started when it is first asked for; as a STATE.</summary>
    public async Task<string> BridgeAsync()
    {
        const int port = 8700;
        var token = TestContext.Current.CancellationToken;
        bridge ??= await Lab.Kv.StartAsync(
            "bridge",
            [LabFixture.BridgeCommand, "serve", "--data", $"{Lab.Kv.Folder}/bridge", "--http", $"127.0.0.1:{port}", "--raft", $"127.0.0.1:{port + 1}"],
            token);
        await Wait.UntilAsync(
            async () => !bridge.IsRunning || (await RunAsync(null, "inspect", $"bridge://127.0.0.1:{port}")).ExitCode == 0,
            TimeSpan.FromSeconds(60), "start of the control node", token);
        Assert.True(bridge.IsRunning, bridge.ReadLog());
        return $"bridge://127.0.0.1:{port}";
    }

    /// <summary>Writes records into a store by the writes that repairs are made with.</summary>
    public static async Task FillAsync(IWritableSource target, IEnumerable<(string Key, string Value)> records)
    {
        foreach (var (key, value) in records)
            Assert.Equal(WriteOutcome.Written, await target.TryWriteAsync(key, 0, [.. Encoding.UTF8.GetBytes(value)], TestContext.Current.CancellationToken));
    }
}
