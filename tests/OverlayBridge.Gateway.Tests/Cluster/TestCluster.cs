using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Gateway.Tests.Cluster;

/// <summary>Several nodes in this process, and waiting for what they come to.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<TestNode> _nodes = [];

    private TestCluster()
    {
    }

    public IReadOnlyList<TestNode> Nodes => _nodes;

    public IEnumerable<TestNode> Running => _nodes.Where(node => node.IsRunning);

    public ImmutableArray<IPEndPoint> FirstMembers { get; private set; }

    /// <summary>Starts the nodes and waits until each has a leader and knows where all are reached.</summary>
    public static async Task<TestCluster> StartAsync(int count, CancellationToken cancellationToken, Action<TestNode>? prepare = null)
    {
        var cluster = new TestCluster();
        for (var i = 0; i < count; i++)
        {
            var node = cluster.AddNode();
            prepare?.Invoke(node);
        }
        cluster.FirstMembers = [.. cluster._nodes.Select(node => node.Raft)];
        await Task.WhenAll(cluster._nodes.Select(node => node.StartAsync(cluster.FirstMembers, cancellationToken)));
        await cluster.WaitUntilKnownAsync(cancellationToken);
        return cluster;
    }

    /// <summary>A node that has not been started, with an empty folder.</summary>
    public TestNode AddNode()
    {
        var node = new TestNode($"n{_nodes.Count + 1}", Directory.CreateTempSubdirectory("overlaybridge-node-").FullName, FreeAddress(), FreeAddress());
        _nodes.Add(node);
        return node;
    }

    public async Task<TestNode> LeaderAsync(CancellationToken cancellationToken)
    {
        TestNode? leader = null;
        await UntilAsync(() => (leader = Running.FirstOrDefault(node => node.Store.IsLeader)) is not null, cancellationToken);
        return leader!;
    }

    public async Task<TestNode> FollowerAsync(CancellationToken cancellationToken)
    {
        var leader = await LeaderAsync(cancellationToken);
        return Running.First(node => node != leader);
    }

    /// <summary>Every running node sees the same leader and holds a record of each running member.</summary>
    public async Task WaitUntilKnownAsync(CancellationToken cancellationToken)
    {
        var records = Running.Count();
        foreach (var node in Running.ToList())
            await UntilAsync(
                async () =>
                {
                    var answer = await node.Client.GetAsync("/v1/kv/overlaybridge/v1/members/?keys&stale", cancellationToken);
                    return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync(cancellationToken)).Split(',').Length >= records &&
                        node.Store.Status.Leader is not null;
                },
                cancellationToken);
    }

    public static Task UntilAsync(Func<bool> holds, CancellationToken cancellationToken) => UntilAsync(() => Task.FromResult(holds()), cancellationToken);

    /// <summary>Waits for a condition, at most half a minute: what takes longer hangs.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await holds())
            await Task.Delay(20, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    /// <summary>Below the ports that the kernel gives to outgoing connections: one of those could be taken before the node listens there, or while it is away.</summary>
    private static IPEndPoint FreeAddress()
    {
        while (true)
        {
            var address = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(address);
                return address;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Taken: the next one.
            }
        }
    }
}
