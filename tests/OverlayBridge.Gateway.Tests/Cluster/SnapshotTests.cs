using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Gateway.Tests.Cluster;

/// <summary>The whole state out and in again, on any node; and the engine's own snapshots between nodes.</summary>
public sealed class SnapshotTests : IAsyncLifetime
{
    private const int Keys = 300;
    private TestCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(
        3, Token, node => node.Adjust = static options => options with { SnapshotAfterBytes = 64 * 1024, LogChunkBytes = 16 * 1024, RequestTimeout = TimeSpan.FromSeconds(1) });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_node_that_was_away_past_compaction_catches_up_by_a_snapshot()
    {
        var away = await _cluster.FollowerAsync(Token);
        await away.CutAsync();
        var other = _cluster.Running.First();
        for (var i = 0; i < Keys; i++)
            await PutAsync(other, $"/v1/kv/s/{i}", new string((char)('a' + i % 26), 1000));
        await TestCluster.UntilAsync(() => _cluster.Running.All(node => node.Store.Status.SnapshotIndex > 0), Token);
        await TestCluster.UntilAsync(() => _cluster.Running.All(node => !File.Exists(Path.Combine(node.Folder, "log", "data", "0"))), Token);

        await away.StartAsync(_cluster.FirstMembers, Token);
        await TestCluster.UntilAsync(() => away.Store.Status.SnapshotIndex > 0, Token);
        Assert.Equal(Keys, (await away.Client.GetFromJsonAsync<List<string>>("/v1/kv/s/?keys&consistent", Token))!.Count);
    }

    [Fact]
    public async Task A_snapshot_restored_through_a_follower_gives_everything_back_exactly_and_wakes_all_who_wait()
    {
        var follower = await _cluster.FollowerAsync(Token);
        await PutAsync(follower, "/v1/kv/k/kept?flags=18446744073709551615", "old");
        using var created = await follower.Client.PutAsync("/v1/session/create", null, Token);
        var session = (await created.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("ID").GetString();
        await PutAsync(follower, $"/v1/kv/k/locked?acquire={session}", "mine");
        var large = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => (i * 2654435761L).ToString("x", null)))));
        for (var i = 0; i < 8; i++)
            await PutAsync(follower, $"/v1/kv/k/large/{i}", $"{i}{large}"[..Math.Min(large.Length, 300_000)]);
        var saved = await follower.Client.GetStringAsync("/v1/kv/k/?recurse", Token);
        var snapshot = await SnapshotAsync(follower);
        Assert.True(snapshot.Length > 512 * 1024, "it is to travel in several parts");

        await PutAsync(follower, "/v1/kv/k/kept", "new");
        await PutAsync(follower, "/v1/kv/k/later", "x");
        var indexes = await Task.WhenAll(_cluster.Nodes.Select(node => IndexAsync(node, "/v1/kv/k/?recurse")));
        var waiting = _cluster.Nodes.SelectMany(node => new[]
        {
            node.Client.GetAsync($"/v1/kv/k/?recurse&index={indexes.Max()}&wait=60s", Token),
            node.Client.GetAsync($"/v1/kv/k/kept?index={indexes.Max()}&wait=60s", Token),
        }).ToList();
        await TestCluster.UntilAsync(() => _cluster.Nodes.All(node => node.Store.Status.BlockingQueries >= 2), Token);

        using var restored = await follower.Client.PutAsync("/v1/snapshot", new ByteArrayContent(snapshot), Token);
        Assert.True(restored.StatusCode == HttpStatusCode.OK, await restored.Content.ReadAsStringAsync(Token));
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        foreach (var node in _cluster.Nodes)
        {
            Assert.Equal(saved, await node.Client.GetStringAsync("/v1/kv/k/?recurse", Token));
            // Whoever comes later with an index from before is told at once, of a prefix and of a key.
            Assert.True(await IndexAsync(node, $"/v1/kv/k/?recurse&index={indexes.Max()}&wait=60s") > indexes.Max());
            Assert.True(await IndexAsync(node, $"/v1/kv/k/kept?index={indexes.Max()}&wait=60s") < indexes.Max());
            Assert.Equal(session, (await node.Client.GetFromJsonAsync<JsonElement>("/v1/session/list", Token))[0].GetProperty("ID").GetString());
        }
        // What a client holds from before cannot be mistaken for what is written now.
        await PutAsync(follower, "/v1/kv/k/new", "x");
        Assert.True(await IndexAsync(follower, "/v1/kv/k/new") > indexes.Max());
    }

    [Fact]
    public async Task What_is_no_snapshot_of_ours_is_refused_in_words_and_changes_nothing()
    {
        var node = await _cluster.FollowerAsync(Token);
        await PutAsync(node, "/v1/kv/k", "x");
        var snapshot = await SnapshotAsync(node);
        var index = await IndexAsync(node, "/v1/kv/?recurse");
        var flipped = (byte[])snapshot.Clone();
        flipped[^3] ^= 1;
        foreach (var (body, says) in new (byte[], string)[]
        {
            ([0x1F, 0x8B, 8, 0, 0, 0], "one of Consul"),
            (flipped, "the hash differs"),
            (snapshot[..^10], "cut off"),
            ([], "cut off"),
            (Encoding.UTF8.GetBytes(new string('x', 100)), "does not begin as a snapshot does"),
        })
        {
            using var answer = await node.Client.PutAsync("/v1/snapshot", new ByteArrayContent(body), Token);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(says, await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
        Assert.Equal(index, await IndexAsync(node, "/v1/kv/?recurse"));
    }

    [Fact]
    public async Task Whoever_does_not_ask_for_our_format_is_told_that_it_is_not_Consuls()
    {
        using var bare = new HttpRequestMessage(HttpMethod.Get, "/v1/snapshot");
        using var answer = await _cluster.Nodes[0].Client.SendAsync(bare, Token);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        Assert.Contains("overlaybridge cluster snapshot", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static async Task<byte[]> SnapshotAsync(TestNode node)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/snapshot");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        using var answer = await node.Client.SendAsync(request, Token);
        Assert.Equal("application/vnd.overlaybridge.snapshot", answer.Content.Headers.ContentType?.ToString());
        return await answer.Content.ReadAsByteArrayAsync(Token);
    }

    private static async Task PutAsync(TestNode node, string target, string value)
    {
        using var answer = await node.Client.PutAsync(target, new StringContent(value), Token);
        Assert.Equal("true", await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task<ulong> IndexAsync(TestNode node, string target)
    {
        using var answer = await node.Client.GetAsync(target, Token);
        return ulong.Parse(answer.Headers.GetValues("X-Consul-Index").Single(), null);
    }
}
