using OverlayBridge.Lab.Processes;

namespace OverlayBridge.ClusterTests.Nodes;

/// <summary>A node that is kept busy goes on hearing and sending heartbeats: nothing of what it does blocks the threads that these need.</summary>
public sealed class BusyTests(Machines machines)
{
    private const int Keys = 2000;
    private const int Readers = 64;
    private const int ReadsEach = 8;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_leader_keeps_its_leadership_while_many_clients_read_everything_at_once()
    {
        await using var cluster = await machines.StartClusterAsync(size: 3, "busy");
        var leader = await cluster.LeaderAsync();
        var value = new string('x', 1000);
        await Parallel.ForEachAsync(Enumerable.Range(0, Keys), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancel }, async (key, cancel) =>
        {
            using var put = await leader.Client.PutAsync($"/v1/kv/busy/{key}", new StringContent(value), cancel);
            Assert.True(put.IsSuccessStatusCode);
        });

        var changes = 0;
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync();
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(async reader =>
        {
            for (var read = 0; read < ReadsEach; read++)
                using (var answer = await leader.Client.GetAsync("/v1/kv/busy/?recurse", HttpCompletionOption.ResponseHeadersRead, Cancel))
                {
                    Assert.True(answer.IsSuccessStatusCode, answer.IsSuccessStatusCode ? "" : $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");
                    await answer.Content.CopyToAsync(Stream.Null, Cancel);
                }
        }));
        await stop.CancelAsync();
        await watching;

        Assert.Equal(0, changes);
        Assert.Equal(leader, await cluster.LeaderAsync());
        await Wait.UntilAsync(async () => (await cluster.Nodes[0].Client.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode, Limit, "a node that is ready", Cancel);

        async Task WatchAsync()
        {
            var follower = cluster.Nodes.First(node => node != leader);
            while (!stop.IsCancellationRequested)
            {
                if (await follower.Client.GetStringAsync("/v1/status/leader", CancellationToken.None) != $"\"{leader.Raft}\"")
                    changes++;
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }
}
