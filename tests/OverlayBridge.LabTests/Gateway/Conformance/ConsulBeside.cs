using OverlayBridge.Lab;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>A Consul 1.8.7 of its own on a node of the lab, empty, on ports that nothing else there has.</summary>
internal sealed class ConsulBeside : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly NodeProcess _process;

    private ConsulBeside(NodeProcess process, HttpClient client) => (_process, Client) = (process, client);

    public HttpClient Client { get; }

    /// <param name="nodeName">What sessions show as their node.</param>
    public static async Task<ConsulBeside> StartAsync(LabNode node, string nodeName, CancellationToken cancellationToken)
    {
        const string name = "consul-beside";
        // Another test's keys and sessions would be differences.
        if (Directory.Exists($"{node.Folder}/{name}"))
            Directory.Delete($"{node.Folder}/{name}", recursive: true);
        Directory.CreateDirectory($"{node.Folder}/{name}");
        var process = await node.StartAsync(
            name,
            [
                Installation.ConsulPath, "agent", "-server", "-bootstrap-expect=1", $"-node={nodeName}", $"-data-dir={node.Folder}/{name}",
                $"-bind={node.Address}", $"-client={node.Address}", "-hcl",
                "performance { raft_multiplier = 1 } ports { http = 29500 server = 29501 serf_lan = 29502 serf_wan = 29503 dns = -1 grpc = -1 }",
            ],
            cancellationToken);
        var client = ClientOf(node, $"http://{node.Address}:29500");
        var consul = new ConsulBeside(process, client);
        await Wait.UntilAsync(() => consul.IsReadyAsync(cancellationToken), StartLimit, "a leader of the Consul beside", cancellationToken);
        return consul;
    }

    /// <summary>A client that shows redirections as they are.</summary>
    public static HttpClient ClientOf(LabNode node, string address)
    {
        var handler = node.CreateHttpHandler();
        handler.AllowAutoRedirect = false;
        return new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        Client.Dispose();
        await _process.KillAsync(CancellationToken.None);
    });

    /// <summary>It leads, and its own node is known: sessions can be made.</summary>
    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        Assert.True(_process.IsRunning, _process.ReadLog());
        try
        {
            return await Client.GetStringAsync("/v1/catalog/nodes", cancellationToken) is { Length: > 2 };
        }
        catch (HttpRequestException)
        {
            return false; // not listening, or no leader yet
        }
    }
}
