using System.Net;
using System.Text;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Stores;

/// <summary>The lab's ZooKeeper 3.8.0, one server, on the node kv.</summary>
public sealed class ZooKeeperServer : ILabStore
{
    private const string ProcessName = "zookeeper";
    private const int Port = 2181;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly LabNode _node;
    private readonly NodeProcess _process;

    /// <param name="node">Where it is to run.</param>
    public ZooKeeperServer(LabNode node)
    {
        _node = node;
        _process = NodeProcess.Find(node, ProcessName);
    }

    public string Program => "zookeeper 3.8.0";

    public string State => $"zk://{_node.Address}:{Port}";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var configuration = $"{_node.Folder}/zoo.cfg";
        await File.WriteAllTextAsync(
            configuration,
            $"tickTime=500\ndataDir={_node.Folder}/zookeeper\nclientPort={Port}\nclientPortAddress={_node.Address}\nadmin.enableServer=false\n4lw.commands.whitelist=srvr\n",
            cancellationToken).ConfigureAwait(false);
        await _node.StartAsync(ProcessName, Java("org.apache.zookeeper.server.quorum.QuorumPeerMain", configuration), cancellationToken).ConfigureAwait(false);
        await Wait.UntilAsync(
            async () => !_process.IsRunning || await AnswersAsync(cancellationToken).ConfigureAwait(false), StartLimit, "start of ZooKeeper",
            cancellationToken).ConfigureAwait(false);
        if (!_process.IsRunning)
            throw _process.Ended("while starting");
    }

    public Task KillAsync(CancellationToken cancellationToken) => _process.KillAsync(cancellationToken);

    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        // One that is just starting may take the connection and never answer on it.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(AnswerLimit);
        try
        {
            await using var stream = await _node.ConnectAsync(new DnsEndPoint($"{_node.Address}", Port), patience.Token).ConfigureAwait(false);
            await stream.WriteAsync("srvr"u8.ToArray(), patience.Token).ConfigureAwait(false);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return (await reader.ReadToEndAsync(patience.Token).ConfigureAwait(false)).Contains("Mode: standalone", StringComparison.Ordinal);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            return false; // not listening yet
        }
    }

    /// <summary>Runs ZooKeeper's own command line with these commands, one a line.</summary>
    public async Task<string> CommandsAsync(string commands, CancellationToken cancellationToken)
    {
        var result = await _node.ExecAsync(
            Java("org.apache.zookeeper.ZooKeeperMain", "-server", $"{_node.Address}:{Port}"), cancellationToken, input: commands + "\nquit\n").ConfigureAwait(false);
        return result.Success();
    }

    private static IReadOnlyList<string> Java(params IReadOnlyList<string> arguments) =>
        ["/usr/bin/java", "-Xmx128m", "-cp", Installation.ZooKeeperClassPath, .. arguments];
}
