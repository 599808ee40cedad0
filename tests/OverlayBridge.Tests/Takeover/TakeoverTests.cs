using System.Net;
using System.Text;
using System.Text.Json;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Terminal;
using OverlayBridge.Tests.Serve;

namespace OverlayBridge.Tests.Takeover;

/// <summary>
/// Takeovers by the real commands and a real control node. The old store is another node of ours, which speaks Consul's API; the agents
/// are stand-ins that follow the protocol. Real engines on real Consul: tests/OverlayBridge.LabTests.
/// </summary>
public sealed class TakeoverTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServeProcess _old = null!;
    private ServeProcess _new = null!;
    private FakeAgent _agent = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Old => $"consul://{_old.Address.Authority}";

    private string[] To => ["--store", $"bridge://{_new.Address.Authority}"];

    public async ValueTask InitializeAsync()
    {
        _old = await ServeProcess.StartAsync(_folder.File("old"), Token);
        _new = await ServeProcess.StartAsync(_folder.File("new"), Token);
        _agent = new FakeAgent(_new.Address, "h1", "192.0.2.7");
        var session = JsonDocument.Parse(await PutAsync(_old, "/v1/session/create", """{"Behavior":"delete","LockDelay":"1ms","TTL":"30s"}""")).RootElement.GetProperty("ID").GetString()!;
        Assert.Equal("true", await PutAsync(_old, $"/v1/kv/docker/nodes/192.0.2.7:2376?acquire={session}", "192.0.2.7:2376"));
        Assert.Equal("true", await PutAsync(_old, "/v1/kv/docker/x?flags=3304740253564472344", "1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _new.DisposeAsync();
        await _old.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_dry_run_checks_everything_and_changes_nothing()
    {
        var run = await TakeoverAsync("prepare", Old, "--gateway", "127.0.0.1:1", "--dry-run");
        Assert.Equal(ExitCode.Error, run.ExitCode);
        Assert.Contains("127.0.0.1:1", run.Output, StringComparison.Ordinal);
        Assert.Equal("", await KeyAsync(_new, "overlaybridge/v1/takeover"));
        Assert.Equal("primary", await ModeAsync());
    }

    [Fact]
    public async Task A_takeover_is_prepared_committed_and_released()
    {
        await PrepareAsync();
        var before = await JsonAsync(_old, "/v1/kv/docker/?recurse");
        var session = await JsonAsync(_old, "/v1/session/list");

        var commit = await TakeoverAsync("commit");

        Assert.True(commit.ExitCode == ExitCode.Success, commit.Error);
        Assert.Contains("committed", commit.Output, StringComparison.Ordinal);
        Assert.Equal("primary", await ModeAsync());
        Assert.Equal(before, await JsonAsync(_new, "/v1/kv/docker/?recurse"));
        Assert.Equal(session, await JsonAsync(_new, "/v1/session/list"));
        Assert.Equal("true", await PutAsync(_new, "/v1/kv/docker/y", "1"));
        Assert.Equal(ExitCode.Success, (await TakeoverAsync("release")).ExitCode);
        Assert.Contains("released", (await TakeoverAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_still_reaches_the_old_store_is_an_alarm_with_key_and_host()
    {
        await PrepareAsync();
        Assert.Equal(ExitCode.Success, (await TakeoverAsync("commit")).ExitCode);
        await PutAsync(_old, "/v1/kv/docker/nodes/192.0.2.8:2376", "192.0.2.8:2376");
        await UntilAsync(async () => (await TakeoverAsync("status")).Output.Contains("1 writes still reached the old store", StringComparison.Ordinal));
        using var status = JsonDocument.Parse((await TakeoverAsync("status", "-o", "json")).Output);
        var alarm = Assert.Single(status.RootElement.GetProperty("alarms").GetProperty("latest").EnumerateArray());
        Assert.Equal(
            ("docker/nodes/192.0.2.8:2376", "added", "192.0.2.8"),
            (alarm.GetProperty("key").GetString(), alarm.GetProperty("change").GetString(), alarm.GetProperty("host").GetString()));
    }

    [Fact]
    public async Task A_takeover_is_given_up_before_the_commit_and_the_store_goes_on_as_a_copy()
    {
        await PrepareAsync();
        var abort = await TakeoverAsync("abort");
        Assert.True(abort.ExitCode == ExitCode.Success, abort.Error);
        Assert.Equal("standby", await ModeAsync());
        Assert.Equal(ExitCode.Error, (await TakeoverAsync("commit")).ExitCode);
        await PrepareAsync();
    }

    [Fact]
    public async Task A_host_that_does_not_hold_has_the_takeover_given_up_in_time_and_nothing_flips()
    {
        _agent.Deaf = TakeoverPhase.Holding;
        await PrepareAsync("--hold", "1");
        var commit = await TakeoverAsync("commit");
        Assert.Equal(ExitCode.Error, commit.ExitCode);
        Assert.Contains("The hold lasted 1 s without h1 (ready).", commit.Error, StringComparison.Ordinal);
        Assert.Equal("standby", await ModeAsync());
    }

    [Fact]
    public async Task A_commit_at_once_waits_for_the_coordinator_and_after_the_flip_nothing_can_be_given_up()
    {
        await PrepareOnlyAsync();
        Assert.Equal(ExitCode.Success, (await TakeoverAsync("commit")).ExitCode);
        var abort = await TakeoverAsync("abort");
        Assert.Equal(ExitCode.Error, abort.ExitCode);
        Assert.Contains("cannot be given up any more", abort.Error, StringComparison.Ordinal);
        Assert.Contains("has taken over", (await TakeoverAsync("prepare", Old, "--gateway", "127.0.0.1:1", "--dry-run")).Output, StringComparison.Ordinal);
    }

    private async Task PrepareOnlyAsync(params string[] options)
    {
        var run = await TakeoverAsync(["prepare", Old, "--hosts", "h1", .. options]);
        Assert.True(run.ExitCode == ExitCode.Success, run.Output + run.Error);
    }

    private async Task PrepareAsync(params string[] options)
    {
        await PrepareOnlyAsync(options);
        await UntilAsync(async () => (await TakeoverAsync("status")).Output.Contains("following the source", StringComparison.Ordinal));
    }

    private Task<CommandResult> TakeoverAsync(params string[] arguments) => CommandRun.RunAsync(["takeover", .. arguments, .. To]);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(50, Token);
    }

    private async Task<string> ModeAsync() =>
        JsonDocument.Parse(await _new.Client.GetStringAsync("/v1/overlaybridge/status", Token)).RootElement.GetProperty("Mode").GetString()!;

    private static async Task<string> JsonAsync(ServeProcess node, string path) => await node.Client.GetStringAsync(path, Token);

    private static async Task<string> KeyAsync(ServeProcess node, string key)
    {
        using var answer = await node.Client.GetAsync($"/v1/kv/{key}?raw", Token);
        return answer.StatusCode == HttpStatusCode.NotFound ? "" : await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<string> PutAsync(ServeProcess node, string path, string body)
    {
        using var answer = await node.Client.PutAsync(path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }
}
