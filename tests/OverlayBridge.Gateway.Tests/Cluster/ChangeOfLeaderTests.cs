using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OverlayBridge.Gateway.Tests.Cluster;

/// <summary>The leader goes away, at once or in order: what clients of any node see of it.</summary>
public sealed class ChangeOfLeaderTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(3, Token);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Writes_and_reads_that_come_while_there_is_no_leader_are_held_until_there_is_one()
    {
        var leader = await _cluster.LeaderAsync(Token);
        await leader.CutAsync();
        await Task.WhenAll(_cluster.Running.Select(async node =>
        {
            using var put = await node.Client.PutAsync($"/v1/kv/held/{node.Name}", new StringContent("x"), Token);
            Assert.Equal("true", await put.Content.ReadAsStringAsync(Token));
            Assert.Equal("x", await node.Client.GetStringAsync($"/v1/kv/held/{node.Name}?raw&consistent", Token));
        }));
    }

    [Fact]
    public async Task Without_a_majority_requests_end_after_the_wait_with_Consuls_error_and_stale_reads_go_on()
    {
        var (one, two, last) = (_cluster.Nodes[0], _cluster.Nodes[1], _cluster.Nodes[2]);
        using var put = await last.Client.PutAsync("/v1/kv/k", new StringContent("x"), Token);
        Assert.Equal("x", await last.Client.GetStringAsync("/v1/kv/k?raw", Token));
        await Task.WhenAll(one.CutAsync(), two.CutAsync());
        await TestCluster.UntilAsync(() => last.Store.Status.Leader is null, Token);

        var reading = last.Client.GetAsync("/v1/kv/k", Token);
        using var write = await last.Client.PutAsync("/v1/kv/k", new StringContent("y"), Token);
        using var read = await reading;
        foreach (var answer in new[] { read, write })
        {
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Equal("No cluster leader", await answer.Content.ReadAsStringAsync(Token));
        }
        Assert.Equal("none", write.Headers.GetValues("X-OverlayBridge-Outcome").Single());
        using var stale = await last.Client.GetAsync("/v1/kv/k?stale&raw", Token);
        Assert.Equal("x", await stale.Content.ReadAsStringAsync(Token));
        Assert.Equal("false", stale.Headers.GetValues("X-Consul-Knownleader").Single());
        Assert.Equal("\"\"", await last.Client.GetStringAsync("/v1/status/leader", Token));
        Assert.Equal(3, (await last.Client.GetFromJsonAsync<JsonElement>("/v1/status/peers", Token)).GetArrayLength());
    }

    [Fact]
    public async Task That_writes_are_held_and_that_they_go_on_is_logged_once_and_not_for_each_write()
    {
        const string Held = "Warning: Writes are held for the next leader: No leader is known. Each is answered with an error after 7 s";
        const string GoesOn = "Information: Writes are carried out again";
        var (one, two, last) = (_cluster.Nodes[0], _cluster.Nodes[1], _cluster.Nodes[2]);
        await Task.WhenAll(one.CutAsync(), two.CutAsync());
        await TestCluster.UntilAsync(() => last.Store.Status.Leader is null, Token);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PutAsync(HttpStatusCode.InternalServerError)));
        Assert.Equal([Held], Said());

        await one.StartAsync(_cluster.FirstMembers, Token);
        await TestCluster.UntilAsync(() => last.Store.Status.Leader is not null, Token);
        for (var i = 0; i < 2; i++)
            await PutAsync(HttpStatusCode.OK);
        Assert.Equal([Held, GoesOn], Said());

        async Task PutAsync(HttpStatusCode expected)
        {
            using var answer = await last.Client.PutAsync("/v1/kv/k", new StringContent("x"), Token);
            Assert.Equal(expected, answer.StatusCode);
        }

        IEnumerable<string> Said() => last.Log.Lines.Where(static line => line.Contains("Writes are", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Blocking_queries_live_through_a_change_of_leader_on_every_node_and_their_index_never_goes_back()
    {
        using var put = await _cluster.Nodes[0].Client.PutAsync("/v1/kv/w/0", new StringContent("x"), Token);
        var first = await _cluster.LeaderAsync(Token);
        var watchers = _cluster.Nodes.Select(node => WatchAsync(node, until: "w/end")).ToList();
        await TestCluster.UntilAsync(() => _cluster.Nodes.All(node => node.Store.Status.BlockingQueries >= 1), Token);

        // The old leader stays and follows: those who wait at it are to hear of the next one's writes.
        using var transfer = await first.Client.PutAsync("/v1/overlaybridge/cluster/transfer", null, Token);
        Assert.Equal(HttpStatusCode.OK, transfer.StatusCode);
        var second = await _cluster.LeaderAsync(Token);
        Assert.NotEqual(first, second);
        foreach (var node in _cluster.Nodes)
            using (await node.Client.PutAsync($"/v1/kv/w/{node.Name}", new StringContent("x"), Token))
                Assert.NotNull(node);
        using var end = await first.Client.PutAsync("/v1/kv/w/end", new StringContent("x"), Token);
        Assert.All(await Task.WhenAll(watchers), indexes =>
        {
            Assert.Equal(indexes.Order(), indexes);
            Assert.True(indexes.Count >= 2);
        });
    }

    [Fact]
    public async Task A_blocking_query_on_a_follower_outlives_the_death_of_the_leader()
    {
        using var put = await _cluster.Nodes[0].Client.PutAsync("/v1/kv/w/0", new StringContent("x"), Token);
        var leader = await _cluster.LeaderAsync(Token);
        var followers = _cluster.Nodes.Where(node => node != leader).ToList();
        var watchers = followers.Select(node => WatchAsync(node, until: "w/end")).ToList();
        await TestCluster.UntilAsync(() => followers.All(node => node.Store.Status.BlockingQueries >= 1), Token);
        await leader.CutAsync();
        using var end = await followers[0].Client.PutAsync("/v1/kv/w/end", new StringContent("x"), Token);
        Assert.Equal("true", await end.Content.ReadAsStringAsync(Token));
        Assert.All(await Task.WhenAll(watchers), indexes => Assert.Equal(indexes.Order(), indexes));
    }

    [Fact]
    public async Task No_write_is_lost_or_done_twice_when_leaders_are_cut_off_under_load()
    {
        // Each writer adds its numbers to a list by compare-and-set: a write done twice by a retry of ours would fail the next, or show twice.
        var outcomes = new ConcurrentBag<(string Key, bool Acknowledged)>();
        using var stop = new CancellationTokenSource();
        var writing = Enumerable.Range(0, 6).Select(writer => WriteAsync(_cluster.Nodes[writer % 3], $"l/{writer}", outcomes, stop.Token)).ToList();
        for (var round = 0; round < 2; round++)
        {
            var before = outcomes.Count;
            await TestCluster.UntilAsync(() => outcomes.Count > before + 50, Token);
            var leader = await _cluster.LeaderAsync(Token);
            await leader.CutAsync();
            await leader.StartAsync(_cluster.FirstMembers, Token);
        }
        var last = outcomes.Count;
        await TestCluster.UntilAsync(() => outcomes.Count > last + 50, Token);
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        var there = (await _cluster.Nodes[0].Client.GetFromJsonAsync<List<string>>("/v1/kv/l/?keys&consistent", Token))!.ToHashSet();
        Assert.All(outcomes, outcome => Assert.True(!outcome.Acknowledged || there.Contains(outcome.Key), $"{outcome.Key} is lost"));
        Assert.True(outcomes.Count(outcome => outcome.Acknowledged) > 100);
        var log = (await _cluster.Nodes[0].Client.GetFromJsonAsync<JsonElement>("/v1/kv/l/?recurse&consistent", Token)).EnumerateArray().ToList();
        Assert.All(log, entry => Assert.Equal(entry.GetProperty("CreateIndex").GetUInt64(), entry.GetProperty("ModifyIndex").GetUInt64()));
    }

    /// <summary>
    /// Makes key after key, each with a value of its own and only if it is not there. An answer that is no success must be either "unknown" or
    /// "nothing was done"; <c>false</c> would mean that the write had been done before: by a retry that nobody asked for.
    /// </summary>
    private static async Task WriteAsync(TestNode node, string prefix, ConcurrentBag<(string, bool)> outcomes, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var key = $"{prefix}/{i}";
            try
            {
                using var answer = await node.Client.PutAsync($"/v1/kv/{key}?cas=0", new StringContent(key), CancellationToken.None);
                var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
                Assert.True(answer.StatusCode == HttpStatusCode.InternalServerError || text == "true", $"{key}: {answer.StatusCode} {text}");
                outcomes.Add((key, text == "true"));
            }
            catch (HttpRequestException)
            {
                // The node itself is away: the fate of this write is not known.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    /// <summary>Follows a prefix as an engine does, until a key is there; the indexes it was shown.</summary>
    private static async Task<List<ulong>> WatchAsync(TestNode node, string until)
    {
        var indexes = new List<ulong> { 0 };
        while (true)
        {
            using var answer = await node.Client.GetAsync($"/v1/kv/w/?recurse&index={indexes[^1]}&wait=30s", Token);
            var body = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{node.Name}: {answer.StatusCode} {body}");
            indexes.Add(ulong.Parse(answer.Headers.GetValues("X-Consul-Index").Single(), null));
            if (body.Contains($"\"{until}\"", StringComparison.Ordinal))
                return indexes;
        }
    }
}
