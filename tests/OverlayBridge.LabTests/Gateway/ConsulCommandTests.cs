using System.Text.Json;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;

namespace OverlayBridge.LabTests.Gateway;

/// <summary>The real <c>consul</c> command and Debian's python3-consul against a control node: what an operator's scripts use.</summary>
public sealed class ConsulCommandTests(LabFixture fixture) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly BridgeLab _bridge = new(fixture.Lab, "consul-cli");

    private Dictionary<string, string> Environment => new() { ["CONSUL_HTTP_ADDR"] = _bridge.Http };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Consul_kv_puts_gets_lists_exports_imports_and_deletes()
    {
        await _bridge.StartControlAsync();

        Assert.Equal("Success! Data written to: app/a", await KvAsync("put", "-flags=3304740253564472344", "app/a", "one"));
        Assert.Equal("Success! Data written to: app/b", await KvAsync("put", "app/b", "two"));
        Assert.Equal("one", await KvAsync("get", "app/a"));
        Assert.Equal("app/a:one\napp/b:two", await KvAsync("get", "-recurse", "app/"));
        Assert.Equal("app/", await KvAsync("get", "-keys", "-separator=/", "a"));
        var exported = await KvAsync("export", "app/");
        Assert.Equal("Success! Deleted keys with prefix: app/", await KvAsync("delete", "-recurse", "app/"));
        Assert.Equal("", await KvAsync("get", "-recurse", "app/"));

        Assert.Equal("Imported: app/a\nImported: app/b", await KvAsync("import", exported));
        Assert.Equal(exported, await KvAsync("export", "app/"));
        Assert.Equal(3304740253564472344ul, Flags(exported, "app/a"));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Consul_kv_put_with_cas_wins_only_with_the_index_that_get_shows()
    {
        await _bridge.StartControlAsync();
        await KvAsync("put", "cas/key", "old");
        var detail = await KvAsync("get", "-detailed", "cas/key");
        var index = detail.Split('\n').Single(line => line.StartsWith("ModifyIndex", StringComparison.Ordinal)).Split(' ')[^1];

        Assert.Equal(1, (await RunAsync("put", "-cas", "-modify-index=999999", "cas/key", "lost")).ExitCode);
        Assert.Equal("old", await KvAsync("get", "cas/key"));
        await KvAsync("put", "-cas", $"-modify-index={index}", "cas/key", "new");
        Assert.Equal("new", await KvAsync("get", "cas/key"));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Consul_lock_runs_its_command_while_it_holds_the_lock_and_gives_it_back()
    {
        await _bridge.StartControlAsync();

        var held = await ConsulAsync("lock", "-name=backup", "app/lock", $"{Installation.ConsulPath} kv get -detailed app/lock/.lock");

        Assert.Matches("Session +[0-9a-f-]{36}", held);
        Assert.Equal("", await KvAsync("get", "-recurse", "app/lock"));
        Assert.Equal("[]", await _bridge.GetAsync("/v1/session/list"));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Consul_watch_tells_its_handler_of_a_change_under_its_prefix()
    {
        await _bridge.StartControlAsync();
        await KvAsync("put", "app/a", "one");
        var watch = await fixture.Lab.Kv.StartAsync(
            "consul-watch", [Installation.ConsulPath, "watch", "-type=keyprefix", "-prefix=app/", "cat"], Cancel, Environment);

        await watch.WaitForLogAsync("\"b25l\"", Limit, Cancel);
        await KvAsync("put", "app/b", "two");
        await watch.WaitForLogAsync("\"dHdv\"", Limit, Cancel);
        await watch.KillAsync(Cancel);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Consul_shows_the_control_node_as_member_node_and_leading_raft_peer()
    {
        await _bridge.StartControlAsync();
        var raft = $"{fixture.Lab.Kv.Address}:{BridgeLab.RaftPort}";

        Assert.Contains(raft, await ConsulAsync("members"), StringComparison.Ordinal);
        Assert.Matches($"{raft} +leader +true", await ConsulAsync("operator", "raft", "list-peers"));
        Assert.Contains($"{fixture.Lab.Kv.Address}", await ConsulAsync("catalog", "nodes"), StringComparison.Ordinal);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Python_consul_reads_writes_waits_and_locks()
    {
        await _bridge.StartControlAsync();
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Gateway", "python_consul.py"), Cancel);

        var result = await fixture.Lab.Kv.ExecAsync(
            ["/usr/bin/python3", "-", $"{fixture.Lab.Kv.Address}", $"{BridgeLab.HttpPort}"], Cancel, input: script);

        Assert.Equal("all as expected", result.Success());
    }

    public ValueTask DisposeAsync() => _bridge.DisposeAsync();

    private static ulong Flags(string exported, string key)
    {
        using var entries = JsonDocument.Parse(exported);
        return entries.RootElement.EnumerateArray().Single(entry => entry.GetProperty("key").GetString() == key).GetProperty("flags").GetUInt64();
    }

    private async Task<string> KvAsync(params string[] arguments) => (await RunAsync(arguments)).Success();

    private Task<ExecResult> RunAsync(params string[] arguments) =>
        fixture.Lab.Kv.ExecAsync([Installation.ConsulPath, "kv", .. arguments], Cancel, Environment);

    private async Task<string> ConsulAsync(params string[] arguments) =>
        (await fixture.Lab.Kv.ExecAsync([Installation.ConsulPath, .. arguments], Cancel, Environment)).Success();
}
