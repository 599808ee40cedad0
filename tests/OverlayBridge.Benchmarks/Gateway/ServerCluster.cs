using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>Three servers of one kind on loopback, each with a folder of its own.</summary>
internal sealed class ServerCluster : IAsyncDisposable
{
    private const int Size = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ServerProcess[] _processes = new ServerProcess[Size];
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };

    private ServerCluster(ServerKind kind, string folder)
    {
        Kind = kind;
        Nodes = [.. Enumerable.Range(0, Size).Select(i => new ServerNode($"n{i}", FreeAddress(), FreeAddress(), FreeAddress(), Path.Combine(folder, $"n{i}")))];
    }

    public ServerKind Kind { get; }

    public IReadOnlyList<ServerNode> Nodes { get; }

    public TimeSpan Cpu => _processes.Aggregate(TimeSpan.Zero, static (sum, process) => sum + process.Cpu);

    /// <summary>Of each server.</summary>
    public IReadOnlyList<(long Rss, long Pss)> Memory => [.. _processes.Select(static process => process.Memory)];

    /// <summary>Starts all, and waits until each takes reads and writes.</summary>
    public static async Task<ServerCluster> StartAsync(ServerKind kind, string folder, CancellationToken token)
    {
        var cluster = new ServerCluster(kind, folder);
        try
        {
            for (int i = 0; i < Size; i++)
                cluster.Start(i);
            await cluster.UntilReadyAsync(token).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Start(int node)
    {
        Directory.CreateDirectory(Nodes[node].Folder);
        _processes[node] = new ServerProcess(Kind.Program, Kind.Arguments(Nodes[node], Nodes), LogOf(node));
    }

    public Task KillAsync(int node) => _processes[node].KillAsync();

    /// <summary>Which of the nodes leads, as one that is alive says. A time without a leader is waited for, and told.</summary>
    public async Task<int> LeaderAsync(CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(StartLimit);
        var begun = Stopwatch.StartNew();
        int alive = Array.FindIndex(_processes, static process => !process.HasExited);
        while (true)
        {
            var leader = await _client.GetFromJsonAsync<string>($"http://{Nodes[alive].Http}/v1/status/leader", limit.Token).ConfigureAwait(false);
            if (Nodes.Index().Where(node => $"{node.Item.Raft}" == leader).Select(static node => (int?)node.Index).FirstOrDefault() is { } found)
            {
                if (begun.Elapsed > Pause)
                    Console.WriteLine($"{Kind.Name} had no leader between two measurements, for {begun.ElapsedMilliseconds} ms at least");
                return found;
            }
            await Task.Delay(Pause, limit.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until every node takes a write and gives a consistent answer.</summary>
    public async Task UntilReadyAsync(CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(StartLimit);
        foreach (var node in Nodes)
            while (!await IsReadyAsync(node, limit.Token).ConfigureAwait(false))
                await Task.Delay(Pause, limit.Token).ConfigureAwait(false);
    }

    private string LogOf(int node) => Nodes[node].Folder + ".log";

    private async Task<bool> IsReadyAsync(ServerNode node, CancellationToken token)
    {
        if (Array.FindIndex(_processes, static process => process.HasExited) is var ended and >= 0)
            throw new InvalidOperationException($"A server of {Kind.Name} has ended: {await File.ReadAllTextAsync(LogOf(ended), token).ConfigureAwait(false)}");
        try
        {
            using var put = await _client.PutAsync($"http://{node.Http}/v1/kv/ready/{node.Name}", new StringContent($"{Environment.TickCount64}"), token).ConfigureAwait(false);
            using var get = await _client.GetAsync($"http://{node.Http}/v1/kv/ready/{node.Name}?consistent", token).ConfigureAwait(false);
            return put.IsSuccessStatusCode && get.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            if (process is not null)
                await process.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    /// <summary>Below the ports that the kernel gives to outgoing connections, as there are thousands of those.</summary>
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
