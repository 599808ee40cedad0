using System.Diagnostics;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>How long nothing can be written when the leader dies.</summary>
internal static class Failover
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Kills the leader by kill -9; the milliseconds until a write that was sent after it is acknowledged by any of the others. Starts it again.</summary>
    public static async Task<double> MeasureAsync(ServerCluster cluster, CancellationToken token)
    {
        int leader = await cluster.LeaderAsync(token).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Limit);
        using var client = new HttpClient { Timeout = Limit };
        await cluster.KillAsync(leader).ConfigureAwait(false);
        long killed = Stopwatch.GetTimestamp();
        var first = await Task.WhenAny(cluster.Nodes.Where((_, i) => i != leader).Select(node => WriteAsync(client, node, limit.Token))).ConfigureAwait(false);
        await first.ConfigureAwait(false);
        double milliseconds = Stopwatch.GetElapsedTime(killed).TotalMilliseconds;
        cluster.Start(leader);
        await cluster.UntilReadyAsync(token).ConfigureAwait(false);
        return milliseconds;
    }

    private static async Task WriteAsync(HttpClient client, ServerNode node, CancellationToken token)
    {
        while (true)
        {
            using var answer = await client.PutAsync($"http://{node.Http}/v1/kv/failover/{node.Name}", new StringContent($"{Stopwatch.GetTimestamp()}"), token).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode && await answer.Content.ReadAsStringAsync(token).ConfigureAwait(false) is "true")
                return;
            await Task.Delay(Pause, token).ConfigureAwait(false);
        }
    }
}
