using System.Net;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Lab.Stores;

namespace OverlayBridge.Lab.Consul;

/// <summary>The lab's Consul 1.8.7, one server, on the node kv.</summary>
public sealed class ConsulServer : ILabStore
{
    private const string ProcessName = "consul";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly LabNode _node;
    private readonly IPAddress? _address;

    /// <param name="node">Where it is to run.</param>
    /// <param name="address">Where engines find it beside the node's own address; null: there.</param>
    public ConsulServer(LabNode node, IPAddress? address = null)
    {
        (_node, _address) = (node, address);
        Process = NodeProcess.Find(node, ProcessName);
    }

    /// <summary>Its address on the lab's network, to be reached from a node: see <see cref="CreateClient"/>.</summary>
    public Uri Address => new($"http://{_node.Address}:8500");

    /// <summary>The same as a STATE of the overlaybridge command.</summary>
    public string State => $"consul://{_node.Address}:8500";

    /// <summary>Where engines find it.</summary>
    public string EngineState => $"consul://{_address ?? _node.Address}:8500";

    public bool IsRunning => Process.IsRunning;

    public string LogPath => Process.LogPath;

    private NodeProcess Process { get; set; }

    /// <summary>A client of its HTTP API for this process.</summary>
    public HttpClient CreateClient() => new(_node.CreateHttpHandler()) { BaseAddress = Address };

    /// <summary>Starts it, on the data that it had, and waits until it has a leader.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var process = await _node.StartAsync(
            ProcessName,
            [
                Installation.ConsulPath, "agent", "-server", "-bootstrap-expect=1", "-node=consul", $"-data-dir={_node.Folder}/consul",
                $"-bind={_node.Address}", $"-client={_node.Address}{(_address is null ? "" : $" {_address}")}", "-dns-port=-1", "-hcl",
                "performance { raft_multiplier = 1 }",
            ],
            cancellationToken).ConfigureAwait(false);
        Process = process;
        using var client = CreateClient();
        await Wait.UntilAsync(
            async () => !process.IsRunning || await HasLeaderAsync(client, cancellationToken).ConfigureAwait(false), StartLimit,
            "election of Consul's leader", cancellationToken).ConfigureAwait(false);
        if (!process.IsRunning)
            throw process.Ended("while starting");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Process.StopAsync(StopLimit, cancellationToken);

    public Task KillAsync(CancellationToken cancellationToken) => Process.KillAsync(cancellationToken);

    /// <summary>Makes it stand still: its connections stay open and nothing is answered.</summary>
    public void Pause() => Process.Pause();

    /// <summary>Undoes <see cref="Pause"/>.</summary>
    public void Resume() => Process.Resume();

    /// <inheritdoc/>
    public string Program => "consul 1.8.7";

    /// <inheritdoc/>
    public Task<bool> AnswersAsync(CancellationToken cancellationToken) => HasLeaderAsync(cancellationToken);

    private async Task<bool> HasLeaderAsync(CancellationToken cancellationToken)
    {
        using var client = CreateClient();
        return await HasLeaderAsync(client, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> HasLeaderAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            var leader = await client.GetStringAsync(new Uri("/v1/status/leader", UriKind.Relative), cancellationToken).ConfigureAwait(false);
            return leader.Trim('"').Length > 0;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}
