using System.Net;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Gateway.Tests.Endpoints;

/// <summary>What the recorded exchanges can't show: time that passes, and requests that kill the original.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(Token, TimeSpan.FromMilliseconds(100));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("release", "[{\"LockIndex\":1,")]
    [InlineData("delete", "")]
    public async Task A_session_that_is_not_renewed_ends_and_its_keys_with_it_as_its_behavior_says(string behavior, string left)
    {
        var session = await CreateAsync($$"""{"TTL":"300ms","LockDelay":"0s","Behavior":"{{behavior}}"}""");
        Assert.Equal("true", await PutAsync($"/v1/kv/docker/nodes/a?acquire={session}", "x"));
        var index = await IndexAsync("/v1/kv/docker/nodes/?recurse");

        using var changed = await _gateway.Client.GetAsync($"/v1/kv/docker/nodes/?recurse&index={index}&wait=60s", Token);

        var body = await changed.Content.ReadAsStringAsync(Token);
        Assert.StartsWith(left, body, StringComparison.Ordinal);
        Assert.DoesNotContain(session, body, StringComparison.Ordinal);
        Assert.Equal("[]", await _gateway.Client.GetStringAsync($"/v1/session/info/{session}", Token));
    }

    [Fact]
    public async Task A_session_that_is_renewed_lives_on()
    {
        var (renewed, left) = (await CreateAsync("""{"TTL":"600ms"}"""), await CreateAsync("""{"TTL":"600ms"}"""));
        while (await _gateway.Client.GetStringAsync($"/v1/session/info/{left}", Token) != "[]")
            Assert.StartsWith($"[{{\"ID\":\"{renewed}\"", await PutAsync($"/v1/session/renew/{renewed}", ""), StringComparison.Ordinal);
        Assert.NotEqual("[]", await _gateway.Client.GetStringAsync($"/v1/session/info/{renewed}", Token));
    }

    [Fact]
    public async Task A_lock_lost_with_its_session_is_given_again_after_its_delay_and_not_before()
    {
        var (former, next) = (await CreateAsync("""{"LockDelay":"1500ms"}"""), await CreateAsync("{}"));
        Assert.Equal("true", await PutAsync($"/v1/kv/l?acquire={former}", "1"));
        Assert.Equal("true", await PutAsync($"/v1/session/destroy/{former}", ""));
        Assert.Equal("false", await PutAsync($"/v1/kv/l?acquire={next}", "2"));
        Assert.Equal("true", await PutAsync("/v1/kv/l", "plain writes are not held up"));
        while (await PutAsync($"/v1/kv/l?acquire={next}", "2") != "true")
            await Task.Delay(50, Token);
        Assert.Contains(next, await _gateway.Client.GetStringAsync("/v1/kv/l", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_delay_is_found_before_a_missing_session_and_beside_a_missing_key_of_the_same_transaction()
    {
        var former = await CreateAsync("""{"LockDelay":"60s"}""");
        Assert.Equal("true", await PutAsync($"/v1/kv/l?acquire={former}", "1"));
        Assert.Equal("true", await PutAsync($"/v1/session/destroy/{former}", ""));

        Assert.Equal("false", await PutAsync("/v1/kv/l?acquire=", "2"));
        using var answer = await SendAsync("/v1/txn", """[{"KV":{"Verb":"get","Key":""}},{"KV":{"Verb":"lock","Key":"l","Session":"x"}},{"KV":{"Verb":"get","Key":"none"}}]""");
        Assert.Equal(
            """{"Results":null,"Errors":[{"OpIndex":0,"What":"Must provide key"},{"OpIndex":1,"What":"failed to lock key \"l\" due to lock delay"}]}""",
            await answer.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("/v1/session/create", HttpStatusCode.OK)]
    [InlineData("/v1/session/destroy/b0b2ad8c-7f2e-4a4e-9f4b-6c1f2d3e4a5b", HttpStatusCode.OK)]
    [InlineData("/v1/session/renew/b0b2ad8c-7f2e-4a4e-9f4b-6c1f2d3e4a5b", HttpStatusCode.BadRequest)]
    public async Task Of_what_changes_sessions_only_a_renewal_looks_at_the_consistency_asked_for(string target, HttpStatusCode status)
    {
        using var answer = await SendAsync($"{target}?stale&consistent", "");
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_datacenter_that_is_none_is_found_before_an_id_that_is_none()
    {
        using var answer = await _gateway.Client.GetAsync("/v1/session/info/short?dc=dc9", Token);
        Assert.Equal("No path to datacenter", await answer.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("[null]")]
    [InlineData("[{\"Node\":{\"Verb\":\"get\"}}]")]
    public async Task A_transaction_that_kills_the_original_or_needs_its_catalog_is_a_plain_error(string body)
    {
        using var answer = await SendAsync("/v1/txn", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_transaction_that_writes_and_then_deletes_everything_leaves_nothing_and_the_store_goes_on()
    {
        await PutAsync("/v1/txn", """[{"KV":{"Verb":"set","Key":"a","Value":"eA=="}},{"KV":{"Verb":"delete-tree","Key":""}}]""");
        Assert.Equal("[]", await _gateway.Client.GetStringAsync("/v1/kv/?keys", Token));
        Assert.Equal("true", await PutAsync("/v1/kv/a", "x"));
    }

    [Fact]
    public async Task Clients_learn_which_agent_and_members_they_talk_to()
    {
        using var self = JsonDocument.Parse(await _gateway.Client.GetStringAsync("/v1/agent/self", Token));
        Assert.Equal("a", self.RootElement.GetProperty("Config").GetProperty("NodeName").GetString());
        using var members = JsonDocument.Parse(await _gateway.Client.GetStringAsync("/v1/agent/members", Token));
        Assert.Equal("a", Assert.Single(members.RootElement.EnumerateArray()).GetProperty("Name").GetString());
        using var nodes = JsonDocument.Parse(await _gateway.Client.GetStringAsync("/v1/catalog/nodes", Token));
        Assert.Equal("127.0.0.1", Assert.Single(nodes.RootElement.EnumerateArray()).GetProperty("Address").GetString());
        using var raft = JsonDocument.Parse(await _gateway.Client.GetStringAsync("/v1/operator/raft/configuration", Token));
        Assert.True(Assert.Single(raft.RootElement.GetProperty("Servers").EnumerateArray()).GetProperty("Leader").GetBoolean());
    }

    private async Task<string> CreateAsync(string body) => JsonDocument.Parse(await PutAsync("/v1/session/create", body)).RootElement.GetProperty("ID").GetString()!;

    private async Task<string> PutAsync(string target, string body)
    {
        using var answer = await SendAsync(target, body);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return answer.IsSuccessStatusCode ? text : throw new HttpRequestException($"{target}: {(int)answer.StatusCode} {text}");
    }

    private Task<HttpResponseMessage> SendAsync(string target, string body) =>
        _gateway.Client.PutAsync(target, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Token);

    private async Task<string> IndexAsync(string target)
    {
        using var answer = await _gateway.Client.GetAsync(target, Token);
        return Assert.Single(answer.Headers.GetValues("X-Consul-Index"));
    }
}
