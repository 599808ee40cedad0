using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Gateway.Tests.Endpoints;

/// <summary>What no recorded exchange shows: limits that Consul lacks, the bridge's own routes, waiting over HTTP.</summary>
public sealed class EndpointTests : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(Token);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_chunked_body_cannot_escape_the_limit_of_a_value()
    {
        using var request = _gateway.Request("PUT", "/v1/kv/a");
        request.Content = new ByteArrayContent(new byte[512 * 1024 + 1]);
        request.Headers.TransferEncodingChunked = true;
        using var response = await _gateway.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.StartsWith("Request body(more than 524288 bytes) too large", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/kv/empty?raw", "gzip", "Accept-Encoding")]
    [InlineData("/v1/kv/missing", null, "Accept-Encoding")]
    [InlineData("/v1/kv//a", null, null)]
    [InlineData("/v1/kv/%00", null, null)]
    [InlineData("/v1/unknown", null, null)]
    public async Task What_is_written_is_packed_and_what_the_router_answers_never_is(string target, string? encoding, string? vary)
    {
        using var put = await PutAsync("/v1/kv/empty", "");
        using var request = _gateway.Request("GET", target);
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await _gateway.Client.SendAsync(request, Token);
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(vary, response.Headers.Vary.SingleOrDefault());
    }

    [Fact]
    public async Task An_import_is_answered_with_what_it_changed_and_shows_exactly_the_sources_entries()
    {
        const string Lines = """
            {"Op":"set","Key":"docker/nodes/h1","Value":"aDE=","Flags":3304740253564472344,"CreateIndex":24,"ModifyIndex":77,"LockIndex":1,"Session":"s1"}
            {"Op":"session","ID":"s1","Name":"","Node":"h1","LockDelay":1000000,"Behavior":"delete","TTL":"30s","NodeChecks":["serfHealth"],"CreateIndex":20,"ModifyIndex":20}
            {"Op":"index","Index":90}
            """;
        Assert.Equal("""{"Applied":3,"Index":90}""", await ImportAsync(Lines));
        Assert.Equal("""{"Applied":0,"Index":90}""", await ImportAsync(Lines));
        Assert.Equal(
            """[{"LockIndex":1,"Key":"docker/nodes/h1","Flags":3304740253564472344,"Value":"aDE=","Session":"s1","CreateIndex":24,"ModifyIndex":77}]""",
            await _gateway.Client.GetStringAsync("/v1/kv/docker/nodes/h1", Token));
        Assert.Equal(
            """[{"ID":"s1","Name":"","Node":"h1","LockDelay":1000000,"Behavior":"delete","TTL":"30s","NodeChecks":["serfHealth"],"ServiceChecks":null,"CreateIndex":20,"ModifyIndex":20}]""",
            await _gateway.Client.GetStringAsync("/v1/session/list", Token));
    }

    [Fact]
    public async Task Of_an_import_with_one_bad_line_nothing_is_applied()
    {
        using var response = await PutAsync("/v1/overlaybridge/import", """
            {"Op":"set","Key":"a","Value":"eA==","Flags":0,"CreateIndex":2,"ModifyIndex":2,"LockIndex":0}
            {"Op":"set","Key":"b","Value":null}
            """);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("Import line 2: \"Flags\" must be a whole number from 0 to 2^64-1", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.NotFound, (await _gateway.Client.GetAsync("/v1/kv/a", Token)).StatusCode);
    }

    [Fact]
    public async Task An_import_over_four_mebibytes_is_refused()
    {
        using var response = await PutAsync("/v1/overlaybridge/import", new string(' ', 4 * 1024 * 1024 + 1));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_blocking_query_is_answered_when_its_prefix_changes_and_shows_the_new_index()
    {
        await PutAsync("/v1/kv/d/a", "1");
        var waiting = _gateway.Client.GetAsync("/v1/kv/d/?recurse&index=2&wait=60s", Token);
        await PutAsync("/v1/kv/other", "1");
        while (_gateway.Store.Status.BlockingQueries == 0)
            await Task.Delay(5, Token);
        Assert.False(waiting.IsCompleted);
        await PutAsync("/v1/kv/d/b", "2");
        using var response = await waiting;
        Assert.Equal("4", Assert.Single(response.Headers.GetValues("X-Consul-Index")));
        Assert.Equal(2, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_no_waiter_behind()
    {
        await PutAsync("/v1/kv/a", "1");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var waiting = _gateway.Client.GetAsync("/v1/kv/a?index=2", leaving.Token);
        while (_gateway.Store.Status.BlockingQueries == 0)
            await Task.Delay(5, Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        while (_gateway.Store.Status.BlockingQueries > 0)
            await Task.Delay(5, Token);
    }

    /// <summary>
    /// Kestrel looks for idle connections once a second. With its own "infinite" as the limit it closed them at the next
    /// look, and now and then under a client that was just sending a write.
    /// </summary>
    [Fact]
    public async Task An_idle_connection_is_not_closed()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_gateway.Address.Host, _gateway.Address.Port, Token);
        await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Token);
        var buffer = new byte[1024];
        Assert.True(await client.GetStream().ReadAsync(buffer, Token) > 0);

        using var looks = CancellationTokenSource.CreateLinkedTokenSource(Token);
        looks.CancelAfter(TimeSpan.FromSeconds(3.5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetStream().ReadAsync(buffer, looks.Token).AsTask());
    }

    /// <summary>By this an agent knows that the engine's connections to a gateway went with a process, though it answers.</summary>
    [Fact]
    public async Task A_gateway_names_its_process_and_another_process_by_another_name()
    {
        await using var other = await TestGateway.StartAsync(Token);

        var names = new[] { await NameAsync(_gateway), await NameAsync(_gateway), await NameAsync(other) };

        Assert.Equal(names[0], names[1]);
        Assert.NotEqual(names[0], names[2]);

        static async Task<string> NameAsync(TestGateway gateway)
        {
            using var ready = await gateway.Client.GetAsync("/health/ready", Token);
            return ready.Headers.GetValues("X-OverlayBridge-Instance").Single();
        }
    }

    [Fact]
    public async Task The_status_has_the_fields_that_its_readers_count_on()
    {
        using var status = JsonDocument.Parse(await _gateway.Client.GetStringAsync("/v1/overlaybridge/status", Token));
        Assert.Equal(
            ["Version", "NodeName", "Leader", "Index", "Keys", "BlockingQueries", "RaftIndex", "SnapshotIndex", "Mode", "Prefix", "Source", "NotReady"],
            status.RootElement.EnumerateObject().Select(property => property.Name));
    }

    private Task<HttpResponseMessage> PutAsync(string target, string body) =>
        _gateway.Client.PutAsync(target, new StringContent(body, Encoding.UTF8), Token);

    private async Task<string> ImportAsync(string lines)
    {
        using var response = await PutAsync("/v1/overlaybridge/import", lines);
        return await response.Content.ReadAsStringAsync(Token);
    }
}
