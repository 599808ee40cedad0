using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Serve;

/// <summary>Three real processes with TLS to clients, mutual TLS between them, a secret of the nodes, and tokens.</summary>
public sealed class AccessProcessTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _http = [.. Enumerable.Range(0, 3).Select(_ => ServeProcess.FreeAddress())];
    private readonly string[] _raft = [.. Enumerable.Range(0, 3).Select(_ => ServeProcess.FreeAddress())];
    private readonly ServeProcess?[] _nodes = new ServeProcess?[3];
    private readonly string _nodeSecret = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private TestAuthority? _authority;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestAuthority Authority => _authority ??= new TestAuthority(_folder.File("tls"), "CA");

    private string Store => $"bridge://{string.Join(',', _http)}";

    private string NodeToken => _folder.File("node.token");

    public async ValueTask InitializeAsync()
    {
        WriteSecret(NodeToken, _nodeSecret);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(node => StartAsync(node)));
        await UntilAsync(async () => (await CommandAsync(NodeToken, "cluster", "status")).ExitCode == ExitCode.Success);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            if (node is not null)
                await node.DisposeAsync();
        _authority?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tokens_hold_on_every_node_are_passed_on_by_followers_and_end_everywhere_when_they_are_revoked()
    {
        var operatorToken = await CreateAsync(NodeToken, "alice", "operator");
        var engine = await CreateAsync(operatorToken, "engines", "engine");
        var reader = await CreateAsync(operatorToken, "monitor", "reader");

        foreach (var node in _nodes)
        {
            Assert.Equal((HttpStatusCode.OK, "true"), await SendAsync(node!, engine, "PUT", "/v1/kv/docker/a"));
            Assert.Equal((HttpStatusCode.Forbidden, "Permission denied"), await SendAsync(node!, engine, "PUT", "/v1/kv/other"));
            Assert.Equal((HttpStatusCode.Forbidden, "Permission denied"), await SendAsync(node!, reader, "PUT", "/v1/kv/docker/a"));
            Assert.Equal((HttpStatusCode.OK, node!.Client.BaseAddress!.Authority), await SendAsync(node, reader, "GET", "/v1/kv/docker/a?raw"));
            Assert.Equal((HttpStatusCode.Forbidden, "Permission denied"), await SendAsync(node, null, "GET", "/v1/kv/docker/a"));
            Assert.Equal((HttpStatusCode.Forbidden, "Permission denied"), await SendAsync(node, null, "PUT", "/v1/kv/docker/a"));
            Assert.Equal((HttpStatusCode.Forbidden, "ACL not found"), await SendAsync(node, NodeToken, "PUT", "/v1/kv/docker/a", altered: true));
        }

        Assert.Equal(ExitCode.Success, (await CommandAsync(operatorToken, "token", "revoke", "engines")).ExitCode);
        foreach (var node in _nodes)
        {
            Assert.Equal((HttpStatusCode.Forbidden, "ACL not found"), await SendAsync(node!, engine, "PUT", "/v1/kv/docker/a"));
            await UntilAsync(async () => await SendAsync(node!, engine, "GET", "/v1/kv/docker/a") == (HttpStatusCode.Forbidden, "ACL not found"));
        }

        var last = await CommandAsync(operatorToken, "token", "revoke", "alice");
        Assert.Equal(ExitCode.Error, last.ExitCode);
        Assert.Contains("last operator's token", last.Error, StringComparison.Ordinal);
        foreach (var file in new[] { operatorToken, engine, reader, NodeToken })
            Assert.All(_nodes, node => Assert.DoesNotContain(File.ReadAllText(file).Trim(), node!.Error, StringComparison.Ordinal));
        Assert.All(Directory.GetFiles(_folder.File("data0"), "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith("lock", StringComparison.Ordinal)), file =>
            Assert.DoesNotContain(File.ReadAllText(engine).Trim(), Latin1(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_whose_certificate_is_of_another_authority_is_kept_out_and_the_others_go_on()
    {
        await _nodes[2]!.DisposeAsync();
        using var other = new TestAuthority(_folder.File("other"), "other CA");
        var stranger = await StartAsync(2, other);

        for (var i = 0; i < 3; i++)
            Assert.Equal((HttpStatusCode.OK, "true"), await SendAsync(_nodes[i % 2]!, NodeToken, "PUT", $"/v1/kv/k{i}"));
        var (_, ready) = await SendAsync(stranger, null, "GET", "/health/ready");
        Assert.Equal("No leader is known\n", ready);
        Assert.Equal((HttpStatusCode.NotFound, ""), await SendAsync(stranger, NodeToken, "GET", "/v1/kv/k0?stale"));

        // A client that trusts the other authority finds no node here, and one without TLS finds none either.
        var trusting = await CommandRun.RunAsync("cluster", "status", "--store", $"bridge://{_http[0]}", "--token-file", NodeToken, "--ca-file", other.Ca);
        Assert.Contains("cannot be reached", trusting.Error, StringComparison.Ordinal);
        Assert.Contains("--bridge-ca-file", trusting.Error, StringComparison.Ordinal);
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://{_http[0]}/health/live"), Token));

        // Back with its own certificate it takes up where it left.
        await stranger.DisposeAsync();
        await StartAsync(2);
        await UntilAsync(async () => await SendAsync(_nodes[2]!, NodeToken, "GET", "/v1/kv/k2?raw&consistent") is (HttpStatusCode.OK, _));
    }

    [Fact]
    public async Task A_node_joins_by_the_nodes_secret_and_a_new_leader_knows_all_tokens()
    {
        var operatorToken = await CreateAsync(NodeToken, "alice", "operator");
        await _nodes[2]!.DisposeAsync();
        Directory.Delete(_folder.File("data2"), recursive: true);
        _nodes[2] = await ServeProcess.StartAsync(
            _folder.File("data2"), _http[2], _raft[2], Token, [.. Options(2, Authority), "--join", $"{_http[0]},{_http[1]}"]);
        await UntilAsync(async () => (await CommandAsync(operatorToken, "cluster", "status")).Output.StartsWith("3 control nodes, all well", StringComparison.Ordinal));

        var (_, leader) = await SendAsync(_nodes[0]!, null, "GET", "/v1/status/leader");
        var gone = Array.IndexOf(_raft, JsonSerializer.Deserialize<string>(leader));
        await _nodes[gone]!.KillAsync();
        foreach (var node in Enumerable.Range(0, 3).Where(node => node != gone))
            await UntilAsync(async () => await SendAsync(_nodes[node]!, operatorToken, "PUT", "/v1/kv/after") == (HttpStatusCode.OK, "true"));
    }

    [Fact]
    public async Task Clients_without_a_certificate_are_refused_where_one_is_asked_for()
    {
        await _nodes[2]!.DisposeAsync();
        await StartAsync(2, Authority, "--tls-require-client-cert");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _nodes[2]!.Client.GetAsync("/health/live", Token));
        var (cert, key) = Authority.Issue("client", [TestAuthority.Client]);
        var (otherCert, otherKey) = Authority.Issue("server-only", [TestAuthority.Server]);

        using var known = new HttpClient(TestAuthority.Trusting(Authority.Ca, X509Certificate2.CreateFromPemFile(cert, key))) { BaseAddress = _nodes[2]!.Address };
        Assert.Equal("live\n", await known.GetStringAsync("/health/live", Token));
        using var wrong = new HttpClient(TestAuthority.Trusting(Authority.Ca, X509Certificate2.CreateFromPemFile(otherCert, otherKey))) { BaseAddress = _nodes[2]!.Address };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => wrong.GetAsync("/health/live", Token));
        var status = await CommandRun.RunAsync(
            "token", "list", "--store", $"bridge://{_http[2]}", "--token-file", NodeToken, "--bridge-ca-file", Authority.Ca, "--bridge-cert-file", cert, "--bridge-key-file", key);
        Assert.Equal((ExitCode.Success, ""), (status.ExitCode, status.Error));
        // The other nodes still reach it, as they have certificates.
        await UntilAsync(async () => await SendAsync(_nodes[0]!, NodeToken, "PUT", "/v1/kv/x") == (HttpStatusCode.OK, "true"));
    }

    [Fact]
    public async Task A_plain_address_beside_TLS_asks_for_tokens_all_the_same()
    {
        await _nodes[2]!.DisposeAsync();
        var plain = ServeProcess.FreeAddress();
        await StartAsync(2, Authority, "--http-plain", plain);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{plain}") };
        Assert.Equal("live\n", await client.GetStringAsync("/health/live", Token));
        using var refused = await client.GetAsync("/v1/kv/docker/a", Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await UntilAsync(async () =>
        {
            using var answer = await client.PutAsync($"/v1/kv/docker/a?token={_nodeSecret}", new StringContent("x"), Token);
            return answer.IsSuccessStatusCode;
        });
        await UntilAsync(async () => (await SendAsync(_nodes[0]!, NodeToken, "GET", "/v1/kv/overlaybridge/v1/members/?recurse")) is (_, var members) && Decoded(members).Contains(plain, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Takeover_prepare_says_that_engines_without_TLS_and_token_would_be_refused_and_how_to_let_them_in()
    {
        await using var source = await ServeProcess.StartAsync(_folder.File("source"), Token);
        await UntilAsync(async () =>
        {
            using var answer = await source.Client.PutAsync("/v1/kv/docker/a", new StringContent("x"), Token);
            return answer.IsSuccessStatusCode;
        });
        Assert.Contains("--http-plain", await PrepareAsync(), StringComparison.Ordinal);

        await _nodes[2]!.DisposeAsync();
        var plain = ServeProcess.FreeAddress();
        await StartAsync(2, Authority, "--http-plain", plain);
        await UntilAsync(async () => (await PrepareAsync("--gateway", plain)).Contains("token create --role engine --anonymous", StringComparison.Ordinal));
        var operatorToken = await CreateAsync(NodeToken, "alice", "operator");
        Assert.Equal(ExitCode.Success, (await CommandAsync(operatorToken, "token", "create", "--role", "engine", "--name", "engines", "--anonymous")).ExitCode);
        await UntilAsync(async () => (await PrepareAsync("--gateway", plain)).Contains("1 control node serves", StringComparison.Ordinal));

        async Task<string> PrepareAsync(params string[] options) => (await CommandRun.RunAsync(
            [
                "takeover", "prepare", $"consul://{source.Address.Authority}", "--dry-run", "--store", Store, "--token-file", NodeToken, "--bridge-ca-file", Authority.Ca, "-o", "json", .. options,
            ])).Output;
    }

    private static string Decoded(string members) => string.Concat(JsonSerializer.Deserialize<JsonElement>(members).EnumerateArray()
        .Select(static member => System.Text.Encoding.UTF8.GetString(member.GetProperty("Value").GetBytesFromBase64())));

    private static string Latin1(string file) => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));

    private async Task<ServeProcess> StartAsync(int node, TestAuthority? authority = null, params string[] more) => _nodes[node] = await ServeProcess.StartAsync(
        _folder.File($"data{node}"), _http[node], _raft[node], Token, [.. Options(node, authority ?? Authority), "--bootstrap", string.Join(',', _raft), .. more]);

    private string[] Options(int node, TestAuthority authority)
    {
        var (cert, key) = authority.Issue($"n{node}");
        return ["--node-name", $"n{node}", "--token-file", NodeToken, "--tls-cert", cert, "--tls-key", key, "--tls-ca", authority.Ca];
    }

    private Task<CommandResult> CommandAsync(string tokenFile, params string[] command) =>
        CommandRun.RunAsync([.. command, "--store", Store, "--token-file", tokenFile, "--ca-file", Authority.Ca]);

    /// <returns>The file with the secret.</returns>
    private async Task<string> CreateAsync(string by, string name, string role)
    {
        var file = _folder.File($"{name}.token");
        var result = await CommandAsync(by, "token", "create", "--name", name, "--role", role, "--secret-out", file);
        Assert.True(result.ExitCode == ExitCode.Success, result.Error);
        Assert.DoesNotContain(File.ReadAllText(file).Trim(), result.Output, StringComparison.Ordinal);
        return file;
    }

    private static async Task<(HttpStatusCode, string)> SendAsync(ServeProcess node, string? tokenFile, string method, string target, bool altered = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (tokenFile is not null)
            request.Headers.Add("X-Consul-Token", $"{(altered ? "x" : "")}{(await File.ReadAllTextAsync(tokenFile, Token)).Trim()}");
        if (method == "PUT")
            request.Content = new StringContent(node.Client.BaseAddress!.Authority);
        using var answer = await node.Client.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private static void WriteSecret(string path, string secret)
    {
        File.WriteAllText(path, $"{secret}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await holds())
            await Task.Delay(50, limit.Token);
    }
}
