using System.Net;
using System.Text;
using System.Text.Json;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Terminal;
using OverlayBridge.Tests.Serve;
using OverlayBridge.Tests.Takeover;

namespace OverlayBridge.Tests.Relay;

/// <summary>
/// Takeovers through a relay by the real commands and a real control node; the old store is another node of ours. With real engines on real
/// Consul: tests/OverlayBridge.LabTests.
/// </summary>
public sealed class RelayTakeoverTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _listen = ServeProcess.FreeAddress();
    private readonly string _http = ServeProcess.FreeAddress();
    private readonly string _raft = ServeProcess.FreeAddress();
    private readonly HttpClient _engine = new() { Timeout = TimeSpan.FromMinutes(1) };
    private ServeProcess _old = null!;
    private ServeProcess _new = null!;
    private CommandResult _prepared = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Old => $"consul://{_old.Address.Authority}";

    private string[] Relaying => ["--node-name", "n1", "--relay", Old, "--relay-listen", _listen];

    public async ValueTask InitializeAsync()
    {
        _old = await ServeProcess.StartAsync(_folder.File("old"), Token);
        await StartAsync();
        // An engine that came through the relay: as registered as engines are.
        _engine.BaseAddress = new Uri($"http://{_listen}");
        var session = JsonDocument.Parse(await PutAsync("/v1/session/create", """{"Behavior":"delete","LockDelay":"1ms","TTL":"30s"}""")).RootElement.GetProperty("ID").GetString()!;
        Assert.Equal("true", await PutAsync($"/v1/kv/docker/nodes/127.0.0.1:2376?acquire={session}", "127.0.0.1:2376"));
    }

    public async ValueTask DisposeAsync()
    {
        _engine.Dispose();
        await _new.DisposeAsync();
        await _old.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_takeover_by_relay_alone_loses_no_write_and_answers_polls_that_waited_at_the_old_store()
    {
        await PrepareAsync();
        Assert.Contains("through a relay come 127.0.0.1", Flat(_prepared), StringComparison.Ordinal);
        var poll = PollAsync("/v1/kv/docker/missing");
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync(stop.Token);

        var commit = await TakeoverAsync("commit");

        Assert.True(commit.ExitCode == ExitCode.Success, commit.Error);
        Assert.Contains("relay", commit.Output, StringComparison.Ordinal);
        var atFlip = await _old.Client.GetStringAsync("/v1/kv/docker/counter?raw", Token);
        await UntilAsync(async () => await GetAsync("/v1/kv/docker/counter?raw") != atFlip);
        await stop.CancelAsync();
        var written = await writing;
        Assert.Equal(atFlip, await _old.Client.GetStringAsync("/v1/kv/docker/counter?raw", Token));
        Assert.Equal($"{written}", await GetAsync("/v1/kv/docker/counter?raw"));
        Assert.Equal($"{written}", await _new.Client.GetStringAsync("/v1/kv/docker/counter?raw", Token));
        Assert.Equal("true", await PutAsync("/v1/kv/docker/missing", "there"));
        Assert.Contains("\"Key\":\"docker/missing\"", await poll.WaitAsync(TimeSpan.FromSeconds(20), Token), StringComparison.Ordinal);
        await _old.KillAsync();
        Assert.Equal("true", await PutAsync("/v1/kv/docker/after", "1"));
        // And so it stays, over a crash and the end of the takeover.
        await RestartAsync();
        Assert.Equal("1", await GetAsync("/v1/kv/docker/after?raw"));
        var release = await TakeoverAsync("release");
        Assert.True(release.ExitCode == ExitCode.Success, release.Error);
        Assert.Equal("1", await GetAsync("/v1/kv/docker/after?raw"));
    }

    [Fact]
    public async Task Given_up_the_relay_passes_on_again_and_another_takeover_can_be_prepared()
    {
        await PrepareAsync();
        var abort = await TakeoverAsync("abort");
        Assert.True(abort.ExitCode == ExitCode.Success, abort.Error);
        Assert.Equal("true", await PutAsync("/v1/kv/docker/x", "old"));
        Assert.Equal("old", await _old.Client.GetStringAsync("/v1/kv/docker/x?raw", Token));
        await PrepareAsync();
    }

    [Fact]
    public async Task A_relay_that_is_killed_while_it_holds_holds_again_and_what_waited_goes_to_the_old_store_when_the_hold_is_given_up()
    {
        await using var agent = new FakeAgent(_new.Address, "h1", "192.0.2.7") { Deaf = TakeoverPhase.Holding };
        await PrepareAsync("--hosts", "h1", "--hold", "5");
        var commit = TakeoverAsync("commit");
        await UntilAsync(async () => (await PhaseAsync(), await ReportAsync()) == ("holding", "holding"));

        await _new.KillAsync();
        await StartAsync();
        var write = PutAsync("/v1/kv/docker/held", "1");
        await UntilAsync(async () => await PhaseAsync() is "aborted" || !write.IsCompleted);

        Assert.Equal("true", await write);
        Assert.Equal("aborted", await PhaseAsync());
        Assert.Equal("1", await _old.Client.GetStringAsync("/v1/kv/docker/held?raw", Token));
        Assert.Equal(ExitCode.Error, (await commit).ExitCode);
    }

    [Fact]
    public async Task A_relay_that_is_killed_right_after_the_flip_serves_when_it_is_back()
    {
        await using var agent = new FakeAgent(_new.Address, "h1", "192.0.2.7") { Deaf = TakeoverPhase.Flipped };
        await PrepareAsync("--hosts", "h1");
        var commit = TakeoverAsync("commit");
        await UntilAsync(async () => await PhaseAsync() == "flipped");
        await RestartAsync();
        Assert.Equal("true", await PutAsync("/v1/kv/docker/new", "1"));
        Assert.Equal(HttpStatusCode.NotFound, (await _old.Client.GetAsync("/v1/kv/docker/new", Token)).StatusCode);
        agent.Deaf = null;
        Assert.Equal(ExitCode.Success, (await commit).ExitCode);
    }

    [Fact]
    public async Task A_relay_that_is_not_heard_of_stands_against_a_takeover_until_it_is_no_relay_any_more()
    {
        await _new.KillAsync();
        _new = await ServeProcess.StartAsync(_folder.File("new"), _http, _raft, Token, "--node-name", "n1");
        await UntilAsync(async () => (await _new.Client.GetAsync("/v1/kv/overlaybridge/v1/relays/n1", Token)).StatusCode == HttpStatusCode.NotFound);
        var prepare = await TakeoverAsync("prepare", Old, "--dry-run");
        Assert.Contains("no agent takes part on 127.0.0.1", Flat(prepare), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Error, prepare.ExitCode);
        var gone = new RelayRecord("n9", new IPEndPoint(IPAddress.Loopback, 1), Old, DateTimeOffset.UnixEpoch, [IPAddress.Loopback]);
        using var put = await _new.Client.PutAsync("/v1/kv/overlaybridge/v1/relays/n9", new ByteArrayContent(BridgeRecords.Encode(gone)), Token);
        Assert.Contains("n9 at 127.0.0.1:1 is not heard of", Flat(await TakeoverAsync("prepare", Old, "--dry-run")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_majority_a_new_relay_passes_nothing_on_and_a_known_one_goes_on_as_it_was()
    {
        var listen = ServeProcess.FreeAddress();
        using var engine = new HttpClient { BaseAddress = new Uri($"http://{listen}"), Timeout = TimeSpan.FromSeconds(3) };
        // One of two: it has no leader.
        string[] addresses = [ServeProcess.FreeAddress(), ServeProcess.FreeAddress()];
        string[] options = ["--node-name", "a", "--bootstrap", string.Join(',', addresses), "--relay", Old, "--relay-listen", listen];
        await using (await ServeProcess.StartAsync(_folder.File("alone"), ServeProcess.FreeAddress(), addresses[0], Token, options))
            await Assert.ThrowsAsync<TaskCanceledException>(() => engine.GetAsync("/v1/kv/docker/?keys", Token));

        // With its majority it begins to pass on, and without it it goes on.
        var (second, http) = (await ServeProcess.StartAsync(_folder.File("second"), ServeProcess.FreeAddress(), addresses[1], Token, "--bootstrap", options[3]), ServeProcess.FreeAddress());
        var first = await ServeProcess.StartAsync(_folder.File("alone"), http, addresses[0], Token, options);
        await UntilAsync(async () => await AnswersAsync(engine));
        await second.DisposeAsync();
        await first.DisposeAsync();
        await using var again = await ServeProcess.StartAsync(_folder.File("alone"), http, addresses[0], Token, options);
        Assert.True(await AnswersAsync(engine));
        await UntilAsync(() => Task.FromResult(again.Error.Contains("does not reach the store", StringComparison.Ordinal)));
    }

    private static async Task<bool> AnswersAsync(HttpClient engine)
    {
        try
        {
            using var answer = await engine.GetAsync("/v1/kv/docker/?keys", Token);
            return answer.IsSuccessStatusCode;
        }
        catch (TaskCanceledException) when (!Token.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task StartAsync() => _new = await ServeProcess.StartAsync(_folder.File("new"), _http, _raft, Token, Relaying);

    private async Task RestartAsync()
    {
        await _new.KillAsync();
        await StartAsync();
    }

    private async Task PrepareAsync(params string[] options)
    {
        // The relay tells who came through it with its next word.
        CommandResult run = null!;
        await UntilAsync(async () => (run = await TakeoverAsync(["prepare", Old, .. options])).ExitCode == ExitCode.Success || !Flat(run).Contains("no relay has seen it", StringComparison.Ordinal));
        Assert.True(run.ExitCode == ExitCode.Success, run.Output + run.Error);
        _prepared = run;
        await UntilAsync(async () => (await TakeoverAsync("status")).Output.Contains("following the source", StringComparison.Ordinal));
    }

    /// <summary>A table without the breaks of its lines.</summary>
    private static string Flat(CommandResult result) => string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Writes by compare-and-set, one after the other, as engines do; gives how many were acknowledged.</summary>
    private async Task<int> WriteAsync(CancellationToken stop)
    {
        for (var count = 1; ; count++)
        {
            Assert.Equal("true", await PutAsync($"/v1/kv/docker/counter?cas={(count == 1 ? 0 : await IndexAsync("/v1/kv/docker/counter"))}", $"{count}"));
            if (stop.IsCancellationRequested)
                return count;
        }
    }

    /// <summary>Waits for a key to come as a client does: with the index of each answer for the next. An answer without news is none to it.</summary>
    private async Task<string> PollAsync(string target)
    {
        for (var index = await IndexAsync(target); ;)
        {
            using var answer = await _engine.GetAsync($"{target}?index={index}&wait=5m", Token);
            if (answer.IsSuccessStatusCode)
                return await answer.Content.ReadAsStringAsync(Token);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            var next = ulong.Parse(answer.Headers.GetValues("X-Consul-Index").Single(), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(next >= index, $"the index went back from {index} to {next}");
            index = next;
        }
    }

    private async Task<ulong> IndexAsync(string target)
    {
        using var answer = await _engine.GetAsync(target, Token);
        return ulong.Parse(answer.Headers.GetValues("X-Consul-Index").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<CommandResult> TakeoverAsync(params string[] arguments) => CommandRun.RunAsync(["takeover", .. arguments, "--store", $"bridge://{_http}"]);

    private async Task<string> PhaseAsync() => await RecordAsync("overlaybridge/v1/takeover", "phase");

    private async Task<string> ReportAsync() => await RecordAsync("overlaybridge/v1/relays/n1/takeover", "state");

    private async Task<string> RecordAsync(string key, string field)
    {
        using var answer = await _new.Client.GetAsync($"/v1/kv/{key}?raw", Token);
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty(field).GetString()!
            : "";
    }

    private Task<string> GetAsync(string target) => _engine.GetStringAsync(target, Token);

    private async Task<string> PutAsync(string target, string body)
    {
        using var answer = await _engine.PutAsync(target, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(40));
        while (!await condition())
            await Task.Delay(50, limit.Token);
    }
}
