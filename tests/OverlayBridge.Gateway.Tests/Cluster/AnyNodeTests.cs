using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OverlayBridge.Gateway.Tests.Cluster;

/// <summary>Three nodes: whichever is asked, the answer is the cluster's.</summary>
public sealed class AnyNodeTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(3, Token);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("&consistent")]
    public async Task What_was_written_on_one_node_is_read_on_every_other_at_once(string consistency)
    {
        for (var round = 0; round < 20; round++)
            foreach (var writer in _cluster.Nodes)
            {
                var value = $"{writer.Name}-{round}";
                Assert.Equal("true", await PutAsync(writer, "/v1/kv/ryw", value));
                foreach (var reader in _cluster.Nodes)
                    Assert.Equal(value, await reader.Client.GetStringAsync($"/v1/kv/ryw?raw{consistency}", Token));
            }
    }

    [Fact]
    public async Task Every_kind_of_write_works_on_a_follower_and_has_the_leaders_answer()
    {
        var follower = await _cluster.FollowerAsync(Token);
        Assert.Equal("true", await PutAsync(follower, "/v1/kv/a%2Fb%20c?flags=18446744073709551615", "x"));
        var entry = (await follower.Client.GetFromJsonAsync<JsonElement>("/v1/kv/a/b%20c", Token))[0];
        Assert.Equal(ulong.MaxValue, entry.GetProperty("Flags").GetUInt64());
        Assert.Equal("false", await PutAsync(follower, "/v1/kv/a/b%20c?cas=1", "y"));

        var session = (await JsonAsync(await follower.Client.PutAsync("/v1/session/create", null, Token))).GetProperty("ID").GetString();
        Assert.Equal("true", await PutAsync(follower, $"/v1/kv/lock?acquire={session}", "mine"));
        Assert.Equal(session, (await JsonAsync(await follower.Client.PutAsync($"/v1/session/renew/{session}", null, Token)))[0].GetProperty("ID").GetString());
        Assert.Equal(follower.Name, (await follower.Client.GetFromJsonAsync<JsonElement>($"/v1/session/info/{session}", Token))[0].GetProperty("Node").GetString());
        Assert.Equal("true", await PutAsync(follower, $"/v1/session/destroy/{session}", ""));

        var txn = await follower.Client.PutAsync("/v1/txn", new StringContent("""[{"KV":{"Verb":"set","Key":"t","Value":"eA=="}},{"KV":{"Verb":"get","Key":"none"}}]"""), Token);
        Assert.Equal(HttpStatusCode.Conflict, txn.StatusCode);
        using var deleted = await follower.Client.DeleteAsync("/v1/kv/a/?recurse", Token);
        Assert.Equal("true", await deleted.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Refusals_of_the_leader_come_back_as_they_are()
    {
        var leader = await _cluster.LeaderAsync(Token);
        var follower = await _cluster.FollowerAsync(Token);
        foreach (var (target, body) in new[] { ("/v1/kv/", "x"), ("/v1/kv/k?cas=abc", "x"), ("/v1/kv/k?acquire=&flags=1", "x"), ("/v1/session/renew/nonsense", ""), ("/v1/kv/k", new string('x', 524_289)) })
        {
            using var direct = await leader.Client.PutAsync(target, new StringContent(body), Token);
            using var passed = await follower.Client.PutAsync(target, new StringContent(body), Token);
            Assert.Equal(direct.StatusCode, passed.StatusCode);
            Assert.Equal(await direct.Content.ReadAsStringAsync(Token), await passed.Content.ReadAsStringAsync(Token));
            Assert.Equal($"{direct.Content.Headers.ContentType}", $"{passed.Content.Headers.ContentType}");
        }
    }

    [Fact]
    public async Task A_blocking_query_on_a_follower_is_answered_by_a_write_on_another_node()
    {
        var leader = await _cluster.LeaderAsync(Token);
        var followers = _cluster.Nodes.Where(node => node != leader).ToList();
        await PutAsync(leader, "/v1/kv/w/a", "1");
        var index = await IndexAsync(followers[0], "/v1/kv/w/?recurse");
        var waiting = followers[0].Client.GetAsync($"/v1/kv/w/?recurse&index={index}&wait=60s", Token);
        await TestCluster.UntilAsync(() => followers[0].Store.Status.BlockingQueries >= 1, Token);
        await PutAsync(followers[1], "/v1/kv/w/b", "2");
        using var answer = await waiting;
        Assert.Equal(2, (await JsonAsync(answer)).GetArrayLength());
        Assert.True(ulong.Parse(answer.Headers.GetValues("X-Consul-Index").Single(), null) > index);
    }

    [Fact]
    public async Task A_request_that_was_passed_on_is_not_passed_on_again()
    {
        var follower = await _cluster.FollowerAsync(Token);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/kv/k") { Content = new StringContent("x") };
        request.Headers.Add("X-OverlayBridge-Passed-On-By", "n9");
        using var answer = await follower.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("none", answer.Headers.GetValues("X-OverlayBridge-Outcome").Single());
    }

    private static async Task<string> PutAsync(TestNode node, string target, string body)
    {
        using var answer = await node.Client.PutAsync(target, new StringContent(body), Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<ulong> IndexAsync(TestNode node, string target)
    {
        using var answer = await node.Client.GetAsync(target, Token);
        return ulong.Parse(answer.Headers.GetValues("X-Consul-Index").Single(), null);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
}
