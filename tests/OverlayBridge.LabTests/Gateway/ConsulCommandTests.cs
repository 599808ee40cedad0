using System.Text.Json;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;

namespace OverlayBridge.LabTests.Gateway;

/// <summary>The real <c>consul kv</c> command against a control node: what an operator's scripts use.</summary>
public sealed class ConsulCommandTests(LabFixture fixture) : IAsyncDisposable
{
    private readonly BridgeLab _bridge = new(fixture.Lab, "consul-cli");

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

    public ValueTask DisposeAsync() => _bridge.DisposeAsync();

    private static ulong Flags(string exported, string key)
    {
        using var entries = JsonDocument.Parse(exported);
        return entries.RootElement.EnumerateArray().Single(entry => entry.GetProperty("key").GetString() == key).GetProperty("flags").GetUInt64();
    }

    private async Task<string> KvAsync(params string[] arguments) => (await RunAsync(arguments)).Success();

    private Task<ExecResult> RunAsync(params string[] arguments) => fixture.Lab.Kv.ExecAsync(
        [Installation.ConsulPath, "kv", .. arguments], Cancel,
        new Dictionary<string, string> { ["CONSUL_HTTP_ADDR"] = _bridge.Bridge.Replace("bridge://", "http://", StringComparison.Ordinal) });
}
