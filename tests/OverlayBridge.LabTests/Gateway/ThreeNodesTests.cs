using OverlayBridge.ClusterTests;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.Gateway.Conformance;

namespace OverlayBridge.LabTests.Gateway;

/// <summary>Consul's clients against three control nodes, followers included.</summary>
public sealed class ThreeNodesTests : IAsyncLifetime
{
    private const int Requests = 600;

    private RunningLab? _lab;
    private ControlCluster? _cluster;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ControlCluster Cluster => _cluster ?? throw new InvalidOperationException("the cluster is not up");

    public async ValueTask InitializeAsync()
    {
        _lab = await RunningLab.UpAsync(new LabOptions { Name = $"three-{Environment.ProcessId}", Legacy = 0, Swarm = 0, Plain = 3 }, Cancel);
        _cluster = await ControlCluster.StartAsync(_lab.PlainNodes, "control");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_node_answers_random_requests_as_Consul_does_whether_it_leads_or_not(int at)
    {
        var node = Cluster.Nodes[at];
        await using var consul = await ConsulBeside.StartAsync(node.Machine, node.Name, Cancel);
        var handler = node.Machine.CreateHttpHandler();
        handler.AllowAutoRedirect = false;
        using var gateway = new HttpClient(new FreshBeforeStale(handler)) { BaseAddress = new Uri($"http://{node.Http}") };
        // Both have held something: an index of 1 would mean that nothing was there yet, and our nodes have their records there.
        foreach (var client in new[] { consul.Client, gateway })
            using (var first = await client.PutAsync("/v1/kv/first", new StringContent("x"), Cancel))
                Assert.True(first.IsSuccessStatusCode);
        if (await DifferentialRun.CompareAsync(seed: 1 + at, Requests, consul.Client, gateway, Cancel) is { } difference)
            Assert.Fail($"{node.Name}: {difference}");
    }

    [Fact]
    public async Task The_consul_command_and_python_work_on_every_node_and_snapshots_are_refused_in_words()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Gateway", "python_consul.py"), Cancel);
        foreach (var node in Cluster.Nodes)
        {
            Assert.Equal("Success! Data written to: app/a", (await ConsulAsync(node, "kv", "put", "app/a", node.Name)).Success());
            foreach (var other in Cluster.Nodes)
                Assert.Equal(node.Name, (await ConsulAsync(other, "kv", "get", "app/a")).Success());
            Assert.Equal("held", (await ConsulAsync(node, "lock", "app/lock", "echo held")).Success());
            Assert.Equal(3, (await ConsulAsync(node, "operator", "raft", "list-peers")).Success().Split('\n').Count(line => line.Contains(":8300", StringComparison.Ordinal)));

            var save = await ConsulAsync(node, "snapshot", "save", "/tmp/consul.snap");
            Assert.NotEqual(0, save.ExitCode);
            Assert.Contains("overlaybridge cluster snapshot --out FILE", save.Error, StringComparison.Ordinal);

            var python = await node.Machine.ExecAsync(["/usr/bin/python3", "-", $"{node.Machine.Address}", "8500"], Cancel, input: script);
            Assert.Equal("all as expected", python.Success());
        }
    }

    private static Task<ExecResult> ConsulAsync(ControlNode node, params string[] arguments) => node.Machine.ExecAsync(
        [Installation.ConsulPath, .. arguments], Cancel, new Dictionary<string, string> { ["CONSUL_HTTP_ADDR"] = $"http://{node.Http}" });

    /// <summary>A follower may answer a stale read with what was; to be compared it first takes in what there is.</summary>
    private sealed class FreshBeforeStale(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Query.Contains("stale", StringComparison.Ordinal))
                using (var fresh = new HttpRequestMessage(HttpMethod.Get, new Uri(request.RequestUri, "/v1/kv/healthy/?keys&consistent")))
                using (var answer = await base.SendAsync(fresh, cancellationToken))
                    Assert.True(answer.IsSuccessStatusCode);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
