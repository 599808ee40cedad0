using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Gateway.Access;

public sealed class TokenRouteTests
{
    private const string Route = "/v1/overlaybridge/tokens";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_token_must_be_an_operators_without_an_end_and_from_then_on_everybody_needs_one()
    {
        await using var gateway = await TestGateway.StartAsync(Token);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, null, "PUT", "/v1/kv/a", "1")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await CreateAsync(gateway, null, new { Name = "r", Role = "reader" })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await CreateAsync(gateway, null, new { Name = "o", Role = "operator", Ttl = "1h" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, null, "PUT", "/v1/kv/a", "2")).Status);

        var first = await CreateAsync(gateway, null, new { Name = "first", Role = "operator" });
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal((HttpStatusCode.Forbidden, "Permission denied"), await SendAsync(gateway, null, "PUT", "/v1/kv/a", "3"));
        Assert.Equal((HttpStatusCode.Forbidden, "Permission denied"), await SendAsync(gateway, null, "GET", Route));
        Assert.Equal((HttpStatusCode.OK, "true"), await SendAsync(gateway, first.Secret, "PUT", "/v1/kv/a", "4"));
    }

    [Fact]
    public async Task The_last_operators_token_without_an_end_cannot_be_revoked_also_when_two_are_revoked_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(Token, nodeSecret: NodeSecret);
        for (var round = 0; round < 20; round++)
        {
            var a = await CreateAsync(gateway, NodeSecret, new { Name = "a", Role = "operator" });
            var b = await CreateAsync(gateway, NodeSecret, new { Name = "b", Role = "operator" });
            await CreateAsync(gateway, NodeSecret, new { Name = "ends", Role = "operator", Ttl = "1h" });
            var answers = await Task.WhenAll(
                SendAsync(gateway, NodeSecret, "DELETE", $"{Route}/{a.Id}"), SendAsync(gateway, NodeSecret, "DELETE", $"{Route}/{b.Id}"));
            // What an earlier round left keeps one of them company, but for the first.
            var lasting = (await ListAsync(gateway, NodeSecret)).Count(static token => token.GetProperty("ExpiresAt").ValueKind == JsonValueKind.Null);
            Assert.True(lasting >= 1, $"round {round}: {string.Join(", ", answers)}");
            foreach (var token in (await ListAsync(gateway, NodeSecret)).Where(static token => token.GetProperty("ExpiresAt").ValueKind == JsonValueKind.Null).Skip(1))
                await SendAsync(gateway, NodeSecret, "DELETE", $"{Route}/{token.GetProperty("ID").GetString()}");
        }
        var last = (await ListAsync(gateway, NodeSecret)).Single(static token => token.GetProperty("ExpiresAt").ValueKind == JsonValueKind.Null);
        var refused = await SendAsync(gateway, NodeSecret, "DELETE", $"{Route}/{last.GetProperty("ID").GetString()}");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("last operator", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_its_hash_never()
    {
        await using var gateway = await TestGateway.StartAsync(Token);
        var first = await CreateAsync(gateway, null, new { Name = "first", Role = "operator" });
        var hash = TokenSecret.HashText(first.Secret!);
        Assert.Matches("^[0-9a-f]{64}$", first.Secret!);
        string[] paths =
        [
            Route, $"{Route}/{first.Id}", "/v1/kv/?recurse", "/v1/kv/?keys", "/v1/kv/overlaybridge/?recurse", "/v1/kv/overlaybridge/v1/tokens/?recurse", $"/v1/kv/overlaybridge/v1/tokens/{first.Id}",
            $"/v1/kv/overlaybridge/v1/tokens/{first.Id}?raw", "/v1/overlaybridge/status", "/v1/overlaybridge/cluster", "/v1/agent/self",
        ];
        foreach (var path in paths)
        {
            var (_, body) = await SendAsync(gateway, first.Secret, "GET", path);
            Assert.DoesNotContain(first.Secret!, body, StringComparison.Ordinal);
            Assert.DoesNotContain(hash, body, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(hash))[4..40], body, StringComparison.Ordinal);
            if (path.StartsWith("/v1/kv", StringComparison.Ordinal))
                Assert.DoesNotContain(first.Id!, body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PUT", "/v1/kv/overlaybridge/v1/tokens/x", "{}")]
    [InlineData("PUT", "/v1/kv/overlaybridge/v1/tokens/ID?cas=1", "{}")]
    [InlineData("PUT", "/v1/kv/overlaybridge/v1/tokens/ID?acquire=30a1ef80-88f9-4c88-584a-c1104f977ac2", "{}")]
    [InlineData("DELETE", "/v1/kv/overlaybridge/v1/tokens/ID", null)]
    [InlineData("DELETE", "/v1/kv/overlaybridge/v1/tokens/?recurse", null)]
    [InlineData("DELETE", "/v1/kv/?recurse", null)]
    [InlineData("DELETE", "/v1/kv/overlaybridge/v1/tok?recurse", null)]
    [InlineData("PUT", "/v1/txn", """[{"KV":{"Verb":"set","Key":"overlaybridge/v1/tokens/ID","Value":""}}]""")]
    [InlineData("PUT", "/v1/txn", """[{"KV":{"Verb":"get","Key":"overlaybridge/v1/tokens/ID"}}]""")]
    [InlineData("PUT", "/v1/txn", """[{"KV":{"Verb":"get-tree","Key":"overlaybridge/"}}]""")]
    [InlineData("PUT", "/v1/txn", """[{"KV":{"Verb":"check-not-exists","Key":"overlaybridge/v1/tokens/ID"}}]""")]
    [InlineData("PUT", "/v1/txn", """[{"KV":{"Verb":"delete-tree","Key":"overlaybridge"}}]""")]
    [InlineData("PUT", "/v1/txn", """[{"KV":{"Verb":"delete-tree","Key":"overlaybridge/v1/tokens/"}}]""")]
    [InlineData("PUT", "/v1/overlaybridge/import", """{"Op":"delete","Key":"overlaybridge/v1/tokens/ID","Index":1}""")]
    public async Task No_request_of_Consuls_API_shows_or_changes_a_token_not_even_an_operators(string method, string target, string? body)
    {
        await using var gateway = await TestGateway.StartAsync(Token);
        var first = await CreateAsync(gateway, null, new { Name = "first", Role = "operator" });
        await SendAsync(gateway, first.Secret, "PUT", "/v1/kv/other", "1");
        var before = await SendAsync(gateway, first.Secret, "GET", Route);
        var (_, answer) = await SendAsync(gateway, first.Secret, method, target.Replace("ID", first.Id, StringComparison.Ordinal), body?.Replace("ID", first.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(TokenSecret.HashText(first.Secret!), answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Value\":\"", answer, StringComparison.Ordinal);
        Assert.Equal(before, await SendAsync(gateway, first.Secret, "GET", Route));
    }

    [Fact]
    public async Task A_blocking_query_ends_without_the_news_when_its_token_is_revoked_meanwhile()
    {
        await using var gateway = await TestGateway.StartAsync(Token);
        var first = await CreateAsync(gateway, null, new { Name = "first", Role = "operator" });
        var reader = await CreateAsync(gateway, first.Secret, new { Name = "r", Role = "reader" });
        await SendAsync(gateway, first.Secret, "PUT", "/v1/kv/a", "1");
        using var request = Request(gateway, reader.Secret, "GET", "/v1/kv/a", null);
        using var now = await gateway.Client.SendAsync(request, Token);
        var index = now.Headers.GetValues("X-Consul-Index").Single();
        Task<(HttpStatusCode, string)>[] waiting =
        [
            SendAsync(gateway, reader.Secret, "GET", $"/v1/kv/a?index={index}&wait=1m"),
            SendAsync(gateway, reader.Secret, "GET", $"/v1/kv/a?recurse&index={index}&wait=1m"),
        ];
        while (gateway.Store.Status.BlockingQueries < waiting.Length)
            await Task.Delay(10, Token);
        Assert.Equal((HttpStatusCode.OK, "true"), await SendAsync(gateway, first.Secret, "DELETE", $"{Route}/{reader.Id}"));
        await SendAsync(gateway, first.Secret, "PUT", "/v1/kv/a", "2");
        Assert.All(await Task.WhenAll(waiting), static answer => Assert.Equal((HttpStatusCode.Forbidden, "ACL not found"), answer));
    }

    [Fact]
    public async Task An_expired_token_is_not_known_any_more()
    {
        await using var gateway = await TestGateway.StartAsync(Token);
        var first = await CreateAsync(gateway, null, new { Name = "first", Role = "operator" });
        var brief = await CreateAsync(gateway, first.Secret, new { Name = "brief", Role = "reader", Ttl = "300ms" });
        var answers = new List<(HttpStatusCode, string)>();
        do
        {
            answers.Add(await SendAsync(gateway, brief.Secret, "GET", "/v1/kv/?keys"));
        }
        while (answers[^1].Item1 == HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.Forbidden, "ACL not found"), answers[^1]);
    }

    [Fact]
    public async Task Who_shows_no_token_has_the_rights_of_the_anonymous_one()
    {
        await using var gateway = await TestGateway.StartAsync(Token);
        var first = await CreateAsync(gateway, null, new { Name = "first", Role = "operator" });
        var anonymous = await CreateAsync(gateway, first.Secret, new { Name = "engines that cannot be restarted yet", Role = "engine", Anonymous = true });
        Assert.Equal((HttpStatusCode.OK, "anonymous", null), (anonymous.Status, anonymous.Id, anonymous.Secret));
        Assert.Equal((HttpStatusCode.OK, "true"), await SendAsync(gateway, null, "PUT", "/v1/kv/docker/a", "1"));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(gateway, null, "PUT", "/v1/kv/other", "1")).Status);
        Assert.Equal((HttpStatusCode.OK, "true"), await SendAsync(gateway, first.Secret, "DELETE", $"{Route}/anonymous"));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(gateway, null, "PUT", "/v1/kv/docker/a", "2")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await CreateAsync(gateway, first.Secret, new { Name = "x", Role = "operator", Anonymous = true })).Status);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("nonsense")]
    [InlineData("""{"Name":"a","Role":"king"}""")]
    [InlineData("""{"Name":"a","Role":"agent"}""")]
    [InlineData("""{"Name":"a","Role":"agent","Host":"a/b"}""")]
    [InlineData("""{"Name":"a","Role":"reader","Host":"a"}""")]
    [InlineData("""{"Name":"a","Role":"engine","Prefix":"overlaybridge/"}""")]
    [InlineData("""{"Name":"a","Role":"engine","Prefix":"docker"}""")]
    [InlineData("""{"Name":"a","Role":"reader","Ttl":"soon"}""")]
    [InlineData("""{"Name":"a","Role":"reader","Ttl":"-1h"}""")]
    [InlineData("""{"Name":"a","Role":"reader","Secret":"short"}""")]
    [InlineData("""{"Name":"a","Role":"reader","Rules":[]}""")]
    [InlineData("""{"Name":"","Role":"reader"}""")]
    public async Task A_token_that_cannot_be_is_refused_with_the_reason(string body)
    {
        await using var gateway = await TestGateway.StartAsync(Token, nodeSecret: NodeSecret);
        var (status, answer) = await SendAsync(gateway, NodeSecret, "PUT", Route, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("No such token can be made: ", answer, StringComparison.Ordinal);
        Assert.Equal("[]", (await SendAsync(gateway, NodeSecret, "GET", Route)).Body);
    }

    [Fact]
    public async Task A_nodes_own_secret_lets_in_and_keeps_all_others_out_before_there_is_any_token()
    {
        await using var gateway = await TestGateway.StartAsync(Token, nodeSecret: NodeSecret);
        Assert.Equal((HttpStatusCode.Forbidden, "Permission denied"), await SendAsync(gateway, null, "PUT", "/v1/kv/a", "1"));
        Assert.Equal((HttpStatusCode.Forbidden, "ACL not found"), await SendAsync(gateway, NodeSecret + "x", "PUT", "/v1/kv/a", "1"));
        Assert.Equal((HttpStatusCode.OK, "true"), await SendAsync(gateway, NodeSecret, "PUT", "/v1/kv/a", "1"));
    }

    private const string NodeSecret = "0123456789abcdef0123456789abcdef";

    private static async Task<(HttpStatusCode Status, string? Id, string? Secret)> CreateAsync(TestGateway gateway, string? secret, object wanted)
    {
        var (status, body) = await SendAsync(gateway, secret, "PUT", Route, JsonSerializer.Serialize(wanted));
        if (status != HttpStatusCode.OK)
            return (status, null, null);
        var token = JsonSerializer.Deserialize<JsonElement>(body);
        return (status, token.GetProperty("ID").GetString(), token.TryGetProperty("Secret", out var shown) ? shown.GetString() : null);
    }

    private static async Task<List<JsonElement>> ListAsync(TestGateway gateway, string secret)
    {
        using var request = Request(gateway, secret, "GET", Route, null);
        using var response = await gateway.Client.SendAsync(request, Token);
        return (await response.Content.ReadFromJsonAsync<List<JsonElement>>(Token))!;
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(TestGateway gateway, string? secret, string method, string target, string? body = null)
    {
        using var request = Request(gateway, secret, method, target, body);
        using var response = await gateway.Client.SendAsync(request, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private static HttpRequestMessage Request(TestGateway gateway, string? secret, string method, string target, string? body)
    {
        var request = gateway.Request(method, target);
        if (secret is not null)
            request.Headers.Add("X-Consul-Token", secret);
        if (body is not null)
            request.Content = new StringContent(body);
        return request;
    }
}
