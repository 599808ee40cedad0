using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Stores;

/// <summary>The lab's etcd 3.4.23 with the v2 API, one server, on the node kv.</summary>
public sealed class EtcdServer : ILabStore
{
    private const string ProcessName = "etcd";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly LabNode _node;
    private readonly NodeProcess _process;

    /// <param name="node">Where it is to run.</param>
    public EtcdServer(LabNode node)
    {
        _node = node;
        _process = NodeProcess.Find(node, ProcessName);
    }

    public string Program => "etcd 3.4.23";

    public string State => $"etcd://{_node.Address}:2379";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _node.StartAsync(ProcessName, Command($"{_node.Folder}/etcd", $"http://{_node.Address}:2379", 2380), cancellationToken).ConfigureAwait(false);
        await Wait.UntilAsync(
            async () => !_process.IsRunning || await AnswersAsync(cancellationToken).ConfigureAwait(false), StartLimit, "start of etcd",
            cancellationToken).ConfigureAwait(false);
        if (!_process.IsRunning)
            throw _process.Ended("while starting");
    }

    public Task KillAsync(CancellationToken cancellationToken) => _process.KillAsync(cancellationToken);

    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient(_node.CreateHttpHandler());
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://{_node.Address}:2379/v2/keys/?quorum=true"), cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    /// <summary>An etcd with the v2 API that is alone.</summary>
    /// <param name="data">Its folder.</param>
    /// <param name="url">Where it serves.</param>
    /// <param name="peerPort">For the peers it does not have.</param>
    /// <param name="more">Further options.</param>
    public static IReadOnlyList<string> Command(string data, string url, int peerPort, params IReadOnlyList<string> more) =>
    [
        Installation.EtcdPath, "--enable-v2=true", $"--data-dir={data}", $"--listen-client-urls={url}", $"--advertise-client-urls={url}",
        $"--listen-peer-urls=http://127.0.0.1:{peerPort}", $"--initial-advertise-peer-urls=http://127.0.0.1:{peerPort}",
        $"--initial-cluster=default=http://127.0.0.1:{peerPort}", .. more,
    ];
}
