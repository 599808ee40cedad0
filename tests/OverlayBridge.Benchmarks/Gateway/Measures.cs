namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>What is measured on each cluster, and what is demanded of ours.</summary>
internal sealed class Measures(Comparison table, int keys, int readers, double warmUpSeconds, double seconds)
{
    private const int FillConnections = 16;
    private const int TimesNews = 3;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public IReadOnlyList<(string Name, Func<ServerCluster, CancellationToken, Task> Measure)> All =>
    [
        ("memory", MemoryAsync), ("writes", WritesAsync), ("reads", ReadsAsync), ("news", NewsAsync), ("failover", FailoverAsync),
    ];

    /// <summary>The same keys into all, and the memory before and after.</summary>
    public async Task FillAsync(IReadOnlyList<ServerCluster> clusters, CancellationToken token)
    {
        foreach (var cluster in clusters)
            table.Add("memory of a node, empty store: MB resident", cluster.Kind, Resident(cluster));
        foreach (var cluster in clusters)
        {
            int leader = await cluster.LeaderAsync(token).ConfigureAwait(false);
            await LoadCommand.InChildAsync(new(LoadKind.Fill, [$"{cluster.Nodes[leader].Http}"], FillConnections, keys), cluster, token).ConfigureAwait(false);
        }
        await Task.Delay(Rest, token).ConfigureAwait(false);
        foreach (var cluster in clusters)
        {
            table.Add($"memory of a node, {keys} keys: MB resident", cluster.Kind, Resident(cluster), atMost: 1);
            table.Add($"memory of a node, {keys} keys: MB, shared pages divided", cluster.Kind, cluster.Memory.Average(static node => node.Pss) / 1e6);
        }
    }

    private Task MemoryAsync(ServerCluster cluster, CancellationToken token)
    {
        table.Add("memory of a node between the rounds: MB resident", cluster.Kind, Resident(cluster), atMost: 1);
        return Task.CompletedTask;
    }

    private async Task WritesAsync(ServerCluster cluster, CancellationToken token)
    {
        var (leader, _) = await AddressesAsync(cluster, token).ConfigureAwait(false);
        await LoadAsync("writes, 32 connections", LoadKind.Write, leader, 32, "", cluster, atLeast: 3, mostP99: 0.5, token).ConfigureAwait(false);
        await LoadAsync("writes, 256 connections", LoadKind.Write, leader, 256, "", cluster, atLeast: 5, mostP99: 0.5, token).ConfigureAwait(false);
    }

    private async Task ReadsAsync(ServerCluster cluster, CancellationToken token)
    {
        var (leader, follower) = await AddressesAsync(cluster, token).ConfigureAwait(false);
        foreach (var (place, target) in new[] { ("leader", leader), ("follower", follower) })
            foreach (var (how, query) in new[] { ("default", ""), ("consistent", "?consistent") })
                await LoadAsync($"reads, {how}, {place}, 32 connections", LoadKind.Read, target, 32, query, cluster, atLeast: 2, mostP99: null, token).ConfigureAwait(false);
    }

    private async Task LoadAsync(
        string name, LoadKind kind, string target, int connections, string query, ServerCluster cluster, double atLeast, double? mostP99, CancellationToken token)
    {
        var result = await LoadCommand.InChildAsync(new(kind, [target], connections, keys, query, warmUpSeconds, seconds), cluster, token).ConfigureAwait(false);
        table.Add($"{name}: a second", cluster.Kind, result.PerSecond, atLeast: atLeast);
        table.Add($"{name}: p50 ms", cluster.Kind, result.P50);
        table.Add($"{name}: p99 ms", cluster.Kind, result.P99, atMost: mostP99);
        table.Add($"{name}: servers' CPU µs each", cluster.Kind, 1000 * result.ServerCpu / result.Requests);
        table.Add($"{name}: client's CPU µs each", cluster.Kind, 1000 * result.ClientCpu / result.Requests);
    }

    private async Task NewsAsync(ServerCluster cluster, CancellationToken token)
    {
        int leader = await cluster.LeaderAsync(token).ConfigureAwait(false);
        // The writes go to the first target, which is to lead.
        string[] targets = [.. cluster.Nodes.OrderBy(node => node != cluster.Nodes[leader]).Select(static node => $"{node.Http}")];
        var result = await LoadCommand.InChildAsync(new(LoadKind.Watch, targets, readers, keys, Times: TimesNews), cluster, token).ConfigureAwait(false);
        table.Add($"news for {readers} blocking readers: ms until half have it", cluster.Kind, result.P50);
        table.Add($"news for {readers} blocking readers: ms until all have it", cluster.Kind, result.Max);
        table.Add($"news for {readers} blocking readers: servers' CPU µs each", cluster.Kind, 1000 * result.ServerCpu / result.Requests);
        table.Add($"memory of a node after {readers} blocking readers: MB", cluster.Kind, Resident(cluster));
    }

    private async Task FailoverAsync(ServerCluster cluster, CancellationToken token) =>
        table.Add("failover, kill -9 of the leader: ms to the next write", cluster.Kind, await Failover.MeasureAsync(cluster, token).ConfigureAwait(false));

    private static double Resident(ServerCluster cluster) => cluster.Memory.Average(static node => node.Rss) / 1e6;

    private static async Task<(string Leader, string Follower)> AddressesAsync(ServerCluster cluster, CancellationToken token)
    {
        int leader = await cluster.LeaderAsync(token).ConfigureAwait(false);
        return ($"{cluster.Nodes[leader].Http}", $"{cluster.Nodes[(leader + 1) % cluster.Nodes.Count].Http}");
    }
}
