using System.Net;
using System.Text;
using System.Text.Json;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;

namespace OverlayBridge.Gateway.History;

public sealed class HistoryRouteTests : IAsyncLifetime
{
    private const string Route = "/v1/overlaybridge/history";

    private TestGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(Token);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_change_says_when_who_from_where_with_what_and_what_was_before_and_after()
    {
        await PutAsync("docker/a", "1", program: "Go-http-client/1.1");
        await PutAsync("docker/a", "2", program: "overlaybridge/1.0 (agent web-1)");
        await DeleteAsync("docker/a", program: "overlaybridge/1.0 (repair)");
        var changes = await ChangesAsync();
        Assert.Equal(["operator", "agent", "client"], changes.Select(static change => Text(change, "By", "Kind")));
        Assert.All(changes, static change => Assert.Equal("127.0.0.1", Text(change, "By", "Address")));
        Assert.Equal("Go-http-client/1.1", Text(changes[2], "By", "Program"));
        Assert.Equal([4, 3, 2], changes.Select(static change => change.GetProperty("Index").GetInt32()));
        Assert.All(changes, static change => Assert.InRange(DateTimeOffset.UtcNow - change.GetProperty("Time").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Equal((null, "1"), (Value(changes[2], "Before"), Value(changes[2], "After")));
        Assert.Equal(("1", "2"), (Value(changes[1], "Before"), Value(changes[1], "After")));
        Assert.Equal(("2", null), (Value(changes[0], "Before"), Value(changes[0], "After")));
    }

    [Fact]
    public async Task The_holder_of_a_token_is_known_by_it_whatever_his_program_says()
    {
        var secret = await CreateAsync(null, "alice", "operator");
        var engines = await CreateAsync(secret, "engines", "engine");
        await PutAsync("docker/a", "1", engines, program: "overlaybridge/1.0 (agent web-1)");
        var by = (await ChangesAsync("", secret)).Single().GetProperty("By");
        Assert.Equal(("engine", "engines"), (by.GetProperty("Kind").GetString(), by.GetProperty("Name").GetString()));
        Assert.NotEqual("", by.GetProperty("TokenID").GetString());
        Assert.DoesNotContain(engines, by.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_what_its_rules_permit_and_an_engine_nothing()
    {
        var secret = await CreateAsync(null, "alice", "operator");
        var (reader, engine) = (await CreateAsync(secret, "monitor", "reader"), await CreateAsync(secret, "engines", "engine"));
        await PutAsync("docker/a", "1", secret);
        Assert.Single(await ChangesAsync("", reader));
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(Route, engine)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(Route, null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync($"{Route}/keys?index=2&prefix=docker/", engine)).Status);
        // Records of tokens are in nobody's reach, here neither.
        var all = await GetAsync($"{Route}/keys?index={await IndexAsync(secret)}&prefix=", secret);
        Assert.DoesNotContain("tokens/", all.Body, StringComparison.Ordinal);
        Assert.Contains("docker/a", all.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_and_end()
    {
        for (var i = 0; i < 25; i++)
            await PutAsync($"docker/{i:00}", "x");
        List<string?> keys = [];
        for (string? below = ""; below is not null;)
        {
            var page = JsonDocument.Parse((await GetAsync($"{Route}?limit=10{below}")).Body).RootElement;
            keys.AddRange(page.GetProperty("Changes").EnumerateArray().Select(static change => change.GetProperty("Key").GetString()));
            below = page.GetProperty("Next").ValueKind == JsonValueKind.Null ? null : $"&below={page.GetProperty("Next").GetUInt64()}";
        }
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(static i => $"docker/{i:00}"), keys);
    }

    [Fact]
    public async Task Keys_parts_of_keys_and_a_beginning_choose()
    {
        foreach (var key in new[] { "docker/nodes", "docker/nodes/a", "docker/nodesx", "docker/network/N1/x", "docker/endpoint/N1/e/", "docker/endpoint/N2/e/" })
            await PutAsync(key, "x");
        Assert.Equal(["docker/nodes/a", "docker/nodes"], await KeysAsync("?key=docker/nodes"));
        Assert.Equal(["docker/endpoint/N1/e/", "docker/network/N1/x"], await KeysAsync("?segment=N1"));
        Assert.Equal(["docker/endpoint/N1/e/", "docker/network/N1/x", "docker/nodes/a", "docker/nodes"], await KeysAsync("?segment=N1&key=docker/nodes"));
        Assert.Equal(["docker/endpoint/N2/e/", "docker/endpoint/N1/e/"], await KeysAsync("?since=5"));
        Assert.Equal(6, (await KeysAsync("?since=1h")).Count);
        Assert.Empty(await KeysAsync("?since=0s&key=docker/nodes"));
    }

    [Theory]
    [InlineData("?since=yesterday")]
    [InlineData("?limit=0")]
    [InlineData("?limit=10001")]
    [InlineData("?below=x")]
    [InlineData("/keys?index=x")]
    public async Task Nonsense_is_refused(string query) => Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(Route + query)).Status);

    [Fact]
    public async Task Keys_and_sessions_of_an_earlier_index_are_told_and_what_is_out_of_reach_is_gone_with_the_reason()
    {
        await PutAsync("docker/a", "1");
        await PutAsync("docker/b", "2");
        var session = JsonDocument.Parse((await SendAsync("PUT", "/v1/session/create", null, null, "{}")).Body).RootElement.GetProperty("ID").GetString();
        await DeleteAsync("docker/a");
        await SendAsync("PUT", $"/v1/session/destroy/{session}", null, null, "");
        Assert.Equal("[\"docker/a\",\"docker/b\"]", JsonSerializer.Serialize(await PastKeysAsync(4)));
        Assert.Equal("[\"docker/b\"]", JsonSerializer.Serialize(await PastKeysAsync(5)));
        Assert.Equal("[]", JsonSerializer.Serialize(await PastKeysAsync(1)));
        Assert.Contains(session!, (await GetAsync($"{Route}/sessions?index=5")).Body, StringComparison.Ordinal);
        Assert.Equal("[]", (await GetAsync($"{Route}/sessions?index=6")).Body);
        Assert.Equal((HttpStatusCode.Gone, "The store is at index 6: index 7 has not come yet"), await GetAsync($"{Route}/keys?index=7"));
        await _gateway.Store.ExecuteAsync(new SetHistoryLimitsCommand(new HistoryLimits(2, 1 << 20, TimeSpan.Zero), 0), Token);
        Assert.Equal((HttpStatusCode.Gone, "The history reaches back to index 4, not to 3"), await GetAsync($"{Route}/keys?index=3"));
        Assert.Equal("[\"docker/a\",\"docker/b\"]", JsonSerializer.Serialize(await PastKeysAsync(4)));
    }

    [Fact]
    public async Task An_import_says_so_beside_who_made_it()
    {
        var line = Encoding.UTF8.GetBytes("{\"Op\":\"delete\",\"Key\":\"docker/a\",\"Index\":900}\n");
        await PutAsync("docker/a", "1");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("PUT", "/v1/overlaybridge/import", null, "overlaybridge/1.0 (import)", Encoding.UTF8.GetString(line))).Status);
        var change = (await ChangesAsync())[0];
        Assert.Equal(("import", 900), (Text(change, "By", "Kind"), change.GetProperty("Index").GetInt32()));
    }

    private async Task<List<string?>> KeysAsync(string query) => [.. (await ChangesAsync(query)).Select(static change => change.GetProperty("Key").GetString())];

    private async Task<List<string?>> PastKeysAsync(int index) =>
        [.. JsonDocument.Parse((await GetAsync($"{Route}/keys?index={index}&prefix=docker/")).Body).RootElement.EnumerateArray().Select(static entry => entry.GetProperty("Key").GetString())];

    private async Task<ulong> IndexAsync(string secret) => JsonDocument.Parse((await GetAsync(Route, secret)).Body).RootElement.GetProperty("Index").GetUInt64();

    private async Task<List<JsonElement>> ChangesAsync(string query = "", string? secret = null)
    {
        var (status, body) = await GetAsync(Route + query, secret);
        Assert.True(status == HttpStatusCode.OK, body);
        return [.. JsonDocument.Parse(body).RootElement.GetProperty("Changes").EnumerateArray()];
    }

    private static string? Text(JsonElement change, string part, string name) => change.GetProperty(part).GetProperty(name).GetString();

    private static string? Value(JsonElement change, string side) => change.GetProperty(side) is { ValueKind: JsonValueKind.Object } state
        ? Encoding.UTF8.GetString(state.GetProperty("Value").GetBytesFromBase64())
        : null;

    private Task<(HttpStatusCode Status, string Body)> PutAsync(string key, string value, string? secret = null, string? program = null) => SendAsync("PUT", $"/v1/kv/{key}", secret, program, value);

    private Task<(HttpStatusCode Status, string Body)> DeleteAsync(string key, string? program = null) => SendAsync("DELETE", $"/v1/kv/{key}", null, program, null);

    private Task<(HttpStatusCode Status, string Body)> GetAsync(string target, string? secret = null) => SendAsync("GET", target, secret, null, null);

    private async Task<string> CreateAsync(string? by, string name, string role)
    {
        var (status, body) = await SendAsync("PUT", "/v1/overlaybridge/tokens", by, null, JsonSerializer.Serialize(new { Name = name, Role = role }));
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("Secret").GetString()!;
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(string method, string target, string? secret, string? program, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (secret is not null)
            request.Headers.Add("X-Consul-Token", secret);
        if (program is not null)
            request.Headers.TryAddWithoutValidation("User-Agent", program);
        if (body is not null)
            request.Content = new StringContent(body);
        using var answer = await _gateway.Client.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
