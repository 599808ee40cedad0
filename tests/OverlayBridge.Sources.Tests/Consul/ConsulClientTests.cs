using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Sources.Tests.Consul;

public sealed class ConsulClientTests : IAsyncLifetime
{
    private FakeConsul fake = null!;
    private ConsulClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        fake = await FakeConsul.StartAsync();
        client = fake.Client();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await fake.DisposeAsync();
    }

    [Fact]
    public async Task A_key_is_asked_for_with_every_byte_escaped_and_the_slashes_kept()
    {
        await client.GetAsync("docker/nodes/10.0.0.1:2376", default, Token);
        await client.GetAsync("docker/a b%2F+é?#/", new(Consistency.Consistent), Token);
        await client.ListAsync("docker/", new(Consistency.Stale, 12, TimeSpan.FromSeconds(15)), Token);
        await client.KeysAsync("", "/", default, Token);
        Assert.Equal(
            [
                "GET /v1/kv/docker/nodes/10.0.0.1%3A2376",
                "GET /v1/kv/docker/a%20b%252F%2B%C3%A9%3F%23/?consistent=",
                "GET /v1/kv/docker/?recurse=&stale=&index=12&wait=15000ms",
                "GET /v1/kv/?keys=&separator=%2F",
            ],
            fake.Requests);
    }

    [Fact]
    public async Task An_entry_is_read_with_all_that_Consul_tells_of_it()
    {
        // Recorded from Consul 1.8.7, docker/nodes of an engine.
        fake.Answer = static context => FakeConsul.JsonAsync(
            context,
            """[{"LockIndex":0,"Key":"docker/nodes/172.31.0.1:2376","Flags":3304740253564472344,"Value":"MTcyLjMxLjAuMToyMzc2","Session":"13e53d65-999c-8143-d3a7-f41bc5ad9d62","CreateIndex":30,"ModifyIndex":31}]""",
            31);
        var read = await client.GetAsync("docker/nodes/172.31.0.1:2376", default, Token);
        Assert.Equal(31UL, read.Index);
        Assert.Equal(
            new KeyValueEntry("docker/nodes/172.31.0.1:2376", [.. "172.31.0.1:2376"u8], 3304740253564472344, 30, 31, 0, "13e53d65-999c-8143-d3a7-f41bc5ad9d62"),
            read.Value);
    }

    [Fact]
    public async Task An_absent_key_is_null_and_an_absent_prefix_is_empty_both_with_the_index()
    {
        fake.Answer = static context => FakeConsul.JsonAsync(context, "", 1245, 404);
        Assert.Equal(new(null, 1245), await client.GetAsync("docker/x", default, Token));
        var list = await client.ListAsync("docker/", default, Token);
        Assert.Empty(list.Value);
        Assert.Equal(1245UL, list.Index);
        Assert.Empty((await client.KeysAsync("docker/", null, default, Token)).Value);
    }

    [Fact]
    public async Task Keys_are_given_one_by_one_in_their_order_and_none_when_nothing_has_changed()
    {
        var keys = Enumerable.Range(0, 3000).Select(static i => $"docker/{i:D4}").ToArray();
        var json = $"[{string.Join(',', keys.Select(static key => Json(key)))}]";
        fake.Answer = context => FakeConsul.JsonAsync(context, json, 31);
        var found = new List<string>();
        Assert.Equal(31UL, await client.ReadEachAsync("docker/", new(Index: 30, Wait: TimeSpan.FromSeconds(5)), entry => found.Add(entry.Key), Token));
        Assert.Equal(keys, found);
        found.Clear();
        Assert.Equal(31UL, await client.ReadEachAsync("docker/", new(Index: 31, Wait: TimeSpan.FromSeconds(5)), entry => found.Add(entry.Key), Token));
        Assert.Empty(found);
        Assert.Equal("GET /v1/kv/docker/?recurse=&index=31&wait=5000ms", fake.Requests.Last());
        fake.Answer = static context => FakeConsul.JsonAsync(context, "", 32, 404);
        Assert.Equal(32UL, await client.ReadEachAsync("docker/", default, entry => found.Add(entry.Key), Token));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("docker/b", "docker/a")]
    [InlineData("docker/b", "docker/b")]
    public async Task Keys_out_of_their_order_are_no_answer_of_Consul(string first, string second)
    {
        fake.Answer = context => FakeConsul.JsonAsync(context, $"[{Json(first)},{Json(second)}]", 31);
        var error = await Assert.ThrowsAsync<SourceException>(async () => await client.ReadEachAsync("docker/", default, static _ => { }, Token));
        Assert.Contains("docker/b", error.Cause);
    }

    private static string Json(string key) => $$"""{"LockIndex":0,"Key":"{{key}}","Flags":0,"Value":"MQ==","CreateIndex":30,"ModifyIndex":31}""";

    [Fact]
    public async Task Sessions_are_read_as_recorded()
    {
        var recorded = await File.ReadAllTextAsync(TestFiles.Fixture("consul-healthy/sessions.json"), Token);
        fake.Answer = context => FakeConsul.JsonAsync(context, recorded, 34);
        var sessions = await client.SessionsAsync(default, Token);
        Assert.Equal(["100d75c6-044e-1be0-d7a3-05a3877979c5", "13e53d65-999c-8143-d3a7-f41bc5ad9d62"], sessions.Value.Select(static session => session.Id));
        var first = sessions.Value[0];
        Assert.Equal(("vm", 1_000_000L, "delete", "30s", 32UL, 32UL), (first.Node, first.LockDelay, first.Behavior, first.Ttl, first.CreateIndex, first.ModifyIndex));
        Assert.Equal(["serfHealth"], first.NodeChecks);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Writes_send_cas_and_flags_and_tell_whether_they_matched(string answer, bool expected)
    {
        fake.Answer = context => FakeConsul.TextAsync(context, 200, answer);
        Assert.Equal(expected, await client.PutAsync("docker/a", "v"u8.ToArray(), new(0, 3304740253564472344), Token));
        Assert.Equal(expected, await client.PutAsync("docker/a", "v"u8.ToArray(), default, Token));
        Assert.Equal(expected, await client.DeleteAsync("docker/a", 9, Token));
        Assert.Equal(expected, await client.DeleteAsync("docker/a", null, Token));
        await client.DeleteTreeAsync("docker/", Token);
        Assert.Equal(
            [
                "PUT /v1/kv/docker/a?cas=0&flags=3304740253564472344 v", "PUT /v1/kv/docker/a?flags=0 v",
                "DELETE /v1/kv/docker/a?cas=9", "DELETE /v1/kv/docker/a", "DELETE /v1/kv/docker/?recurse=",
            ],
            fake.Requests);
    }

    [Fact]
    public async Task The_token_goes_in_its_header_and_nowhere_else()
    {
        using var holder = fake.Client(static options => options with { Token = "s3cret" });
        fake.Answer = static context => FakeConsul.TextAsync(context, 403, "Permission denied");
        var error = await Assert.ThrowsAsync<SourceException>(async () => await holder.ListAsync("docker/", default, Token));
        Assert.Equal("s3cret", Assert.Single(fake.Tokens));
        Assert.Contains("denies access", error.Message, StringComparison.Ordinal);
        Assert.Contains("Permission denied", error.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString() + error.Cause + error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_there_is_no_leader_it_asks_again_and_then_gives_up_with_the_reason()
    {
        var left = 2;
        fake.Answer = context => left-- > 0 ? FakeConsul.TextAsync(context, 500, "No cluster leader") : FakeConsul.TextAsync(context, 200, "true");
        Assert.True(await client.PutAsync("docker/a", default, new(Cas: 0), Token));
        Assert.Equal(3, fake.Requests.Count);
        fake.Answer = static context => FakeConsul.TextAsync(context, 500, "No cluster leader");
        using var impatient = fake.Client(static options => options with { LeaderPatience = TimeSpan.FromMilliseconds(500) });
        var error = await Assert.ThrowsAsync<SourceException>(async () => await impatient.ListAsync("docker/", default, Token));
        Assert.Contains("has no leader", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compare_and_set_is_not_repeated_when_its_answer_is_lost_but_a_read_is()
    {
        await using var second = await FakeConsul.StartAsync();
        using var both = fake.Client(options => options with { Servers = [fake.Address, second.Address] });
        fake.Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        second.Answer = static context => FakeConsul.TextAsync(context, 200, "true");
        var error = await Assert.ThrowsAsync<SourceException>(async () => await both.PutAsync("docker/a", default, new(Cas: 3), Token));
        Assert.Contains("may have been written or not", error.Cause, StringComparison.Ordinal);
        Assert.Empty(second.Requests);
        Assert.True(await both.DeleteAsync("docker/a", null, Token));
        Assert.Single(second.Requests);
    }

    [Fact]
    public async Task A_read_or_import_whose_connection_broke_is_sent_again_to_the_same_server_once()
    {
        var broken = 1;
        fake.Answer = context =>
        {
            if (broken-- > 0)
                context.Abort();
            return FakeConsul.TextAsync(context, 200, """{"Applied":3,"Index":9}""");
        };
        Assert.Equal(new(3, 9), await client.ImportAsync("x"u8.ToArray(), Token));
        Assert.Equal(2, fake.Requests.Count);
        broken = int.MaxValue;
        await Assert.ThrowsAsync<SourceException>(async () => await client.ImportAsync("x"u8.ToArray(), Token));
        Assert.Equal(4, fake.Requests.Count);
    }

    [Fact]
    public async Task The_next_server_is_asked_when_one_does_not_listen_and_is_kept_afterwards()
    {
        using var both = fake.Client(options => options with { Servers = [new("127.0.0.1", ClosedPort()), fake.Address] });
        await both.ListAsync("docker/", default, Token);
        fake.Answer = static context => FakeConsul.TextAsync(context, 200, "true");
        Assert.True(await both.PutAsync("docker/a", default, new(Cas: 0), Token));
        Assert.Equal(2, fake.Requests.Count);
    }

    [Fact]
    public async Task When_no_server_can_be_reached_each_is_named_with_its_reason()
    {
        var (a, b) = (ClosedPort(), ClosedPort());
        using var nobody = fake.Client(options => options with { Servers = [new("127.0.0.1", a), new("127.0.0.1", b)] });
        var error = await Assert.ThrowsAsync<SourceException>(async () => await nobody.ListAsync("docker/", default, Token));
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{a}: Connection refused", error.Cause, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{b}: Connection refused", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_is_given_up()
    {
        fake.Answer = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var impatient = fake.Client(static options => options with { ConnectTimeout = TimeSpan.FromMilliseconds(200), AnswerTimeout = TimeSpan.FromMilliseconds(200) });
        var error = await Assert.ThrowsAsync<SourceException>(async () => await impatient.ListAsync("docker/", default, Token));
        Assert.Contains("no answer within 0.4 s", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blocking_query_is_waited_for_beyond_the_usual_time()
    {
        fake.Answer = static async context =>
        {
            await Task.Delay(900, context.RequestAborted);
            await FakeConsul.JsonAsync(context, "[]", 8);
        };
        using var impatient = fake.Client(static options => options with { ConnectTimeout = TimeSpan.FromMilliseconds(200), AnswerTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(8UL, (await impatient.ListAsync("docker/", new(Index: 7, Wait: TimeSpan.FromSeconds(30)), Token)).Index);
    }

    [Fact]
    public async Task A_body_that_stops_in_the_middle_is_given_up()
    {
        fake.Answer = static async context =>
        {
            await FakeConsul.JsonAsync(context, "[{\"Key\":");
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var impatient = fake.Client(static options => options with { AnswerTimeout = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAsync<SourceException>(async () => await impatient.ListAsync("docker/", default, Token));
        Assert.Contains("broke off an answer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", "does not answer as Consul does")]
    [InlineData("{}", "does not answer as Consul does")]
    [InlineData("[{\"Key\":\"docker/a\"}]", "does not answer as Consul does")]
    [InlineData("[{\"Key\":\"docker/a\",", "broke off an answer")]
    public async Task A_body_that_is_not_Consuls_is_one_clear_error(string body, string what)
    {
        fake.Answer = context => FakeConsul.JsonAsync(context, body);
        var error = await Assert.ThrowsAsync<SourceException>(async () => await client.ListAsync("docker/", default, Token));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains("byte ", error.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(302)]
    [InlineData(502)]
    public async Task A_web_server_that_is_no_Consul_is_called_that(int status)
    {
        fake.Answer = context => FakeConsul.TextAsync(context, status, "hello\u001b[31m");
        var error = await Assert.ThrowsAsync<SourceException>(async () => await client.ListAsync("docker/", default, Token));
        Assert.Contains("does not answer as Consul does", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Consul_is_no_bridge()
    {
        fake.Answer = static context => FakeConsul.TextAsync(context, 404, "");
        var error = await Assert.ThrowsAsync<SourceException>(async () => await client.StatusAsync(Token));
        Assert.Contains("is no OverlayBridge node", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SourceException>(async () => await client.ImportAsync(default, Token));
        fake.Answer = static context => FakeConsul.TextAsync(context, 200, "{}");
        await Assert.ThrowsAsync<SourceException>(async () => await client.StatusAsync(Token));
    }

    [Fact]
    public async Task An_answer_beyond_the_limits_is_refused()
    {
        fake.Answer = static context => FakeConsul.JsonAsync(context, "[" + new string(' ', 300_000) + "]");
        using var small = fake.Client(static options => options with { Limits = new(50_000, 10, 100_000) });
        var error = await Assert.ThrowsAsync<SourceException>(async () => await small.ListAsync("docker/", default, Token));
        Assert.Contains("larger than 50000 bytes", error.Cause, StringComparison.Ordinal);
        fake.Answer = static context => FakeConsul.TextAsync(context, 200, new string('t', 100_000));
        await Assert.ThrowsAsync<SourceException>(async () => await client.PutAsync("docker/a", default, default, Token));
    }

    [Fact]
    public async Task A_cancelled_request_ends_at_once_and_is_no_SourceException()
    {
        fake.Answer = static context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var begun = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.ListAsync("docker/", new(Index: 5, Wait: TimeSpan.FromMinutes(5)), cancel.Token));
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Whatever_a_server_answers_it_is_a_value_or_a_SourceException()
    {
        var recorded = await File.ReadAllBytesAsync(TestFiles.Fixture("consul-healthy/kv-recurse.json"), Token);
        byte[] body = [];
        fake.Answer = async context =>
        {
            context.Response.Headers["X-Consul-Index"] = "9";
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        };
        var generator = new Random(20260504);
        for (var i = 0; i < 300; i++)
        {
            body = [.. recorded];
            for (var fault = generator.Next(4); fault >= 0; fault--)
                body[generator.Next(body.Length)] = (byte)generator.Next(256);
            body = body[..generator.Next(1, body.Length + 1)];
            try
            {
                await client.ListAsync("docker/", default, Token);
            }
            catch (SourceException error)
            {
                Assert.NotEmpty(error.Cause);
            }
        }
    }

    [Fact]
    public async Task A_large_list_is_read_as_it_arrives()
    {
        var seen = new List<TransferProgress>();
        var entry = (int i) => $$"""{"LockIndex":0,"Key":"docker/{{i:000000}}","Flags":7,"Value":"{{Convert.ToBase64String(new byte[300])}}","CreateIndex":8,"ModifyIndex":9}""";
        fake.Answer = async context =>
        {
            context.Response.Headers["X-Consul-Index"] = "9";
            await context.Response.WriteAsync("[" + entry(0), Token);
            for (var i = 1; i < 20_000; i++)
                await context.Response.WriteAsync("," + entry(i), Token);
            await context.Response.WriteAsync("]", Token);
        };
        using var told = fake.Client(options => options with { Progress = new Listener(seen) });
        Assert.Equal(20_000, (await told.ListAsync("docker/", default, Token)).Value.Length);
        Assert.Equal([4096L, 8192, 12288, 16384], seen.Select(static progress => progress.Keys));
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Listener(List<TransferProgress> seen) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => seen.Add(value);
    }
}
