using System.Text.Json;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Serve;

/// <summary>What the commands tell of the past of a real control node.</summary>
public sealed class HistoryProcessTests : IAsyncLifetime
{
    private const string Web = "5b1f1b1b2c5a4ff0a5d5e1f7f3b2c9d85b1f1b1b2c5a4ff0a5d5e1f7f3b2c9d8";

    /// <summary>As an engine of 20.10 writes it.</summary>
    private const string Record = """
        {"addrSpace":"GlobalDefault","attachable":false,"configFrom":"","configOnly":false,"created":"2026-11-23T09:13:16.40055757Z","enableIPv6":false,"generic":{"com.docker.network.enable_ipv6":false,"com.docker.network.generic":{}},"id":"ID","inDelete":false,"ingress":false,"internal":false,"ipamOptions":{},"ipamType":"default","ipamV4Config":"[{\"PreferredPool\":\"10.80.0.0/24\",\"SubPool\":\"\",\"Gateway\":\"\",\"AuxAddresses\":null}]","ipamV4Info":"[{\"IPAMData\":\"{\\\"AddressSpace\\\":\\\"GlobalDefault\\\",\\\"Gateway\\\":\\\"10.80.0.1/24\\\",\\\"Pool\\\":\\\"10.80.0.0/24\\\"}\",\"PoolID\":\"GlobalDefault/10.80.0.0/24\"}]","labels":{},"loadBalancerIP":"","loadBalancerMode":"NAT","name":"web","networkType":"overlay","persist":true,"postIPv6":false,"scope":"global"}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly (string Http, string Raft) _address = (ServeProcess.FreeAddress(), ServeProcess.FreeAddress());
    private ServeProcess _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Store => $"bridge://{_address.Http}";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Changes_are_told_with_who_made_them_also_after_a_kill_and_a_diff_of_two_moments_is_what_lies_between()
    {
        await PutAsync("docker/a", "1");
        var first = await IndexAsync();
        await PutAsync("docker/a", "2");
        await PutAsync("docker/b", "new");
        var second = await IndexAsync();
        await DeleteAsync("docker/a");
        await _node.KillAsync();
        await _node.DisposeAsync();
        await StartAsync();

        var history = await RunAsync("history", "docker/", "-o", "json", "--store", Store);
        Assert.True(history.ExitCode == ExitCode.Success, history.Error);
        var document = JsonDocument.Parse(history.Output).RootElement;
        Assert.Equal(["docker/a removed", "docker/b added", "docker/a changed", "docker/a added"],
            document.GetProperty("changes").EnumerateArray().Select(static change => $"{change.GetProperty("key")} {change.GetProperty("action")}"));
        Assert.Equal("127.0.0.1", document.GetProperty("changes")[0].GetProperty("by").GetProperty("address").GetString());
        Assert.Contains("- docker/a", (await RunAsync("history", "docker/a", "--store", Store)).Output, StringComparison.Ordinal);
        Assert.Single(JsonDocument.Parse((await RunAsync("history", "docker/", "--since", $"{second}", "-o", "json", "--store", Store)).Output).RootElement.GetProperty("changes").EnumerateArray());

        Assert.Equal(["docker/a changed", "docker/b added"], await DiffAsync($"{Store}@{first}", $"{Store}@{second}"));
        Assert.Equal(["docker/a removed", "docker/b added"], await DiffAsync($"{Store}@{first}", Store));
        Assert.Equal(["docker/a added"], await DiffAsync(Store, $"{Store}@{second}"));
        Assert.Equal([], await DiffAsync($"{Store}@{first}", $"{Store}@{first}"));
    }

    [Fact]
    public async Task A_network_is_found_by_its_name_also_when_it_has_gone()
    {
        await PutAsync($"docker/network/v1.0/network/{Web}/", Record.Replace("\"ID\"", $"\"{Web}\"", StringComparison.Ordinal));
        await PutAsync($"docker/network/v1.0/endpoint_count/{Web}/", """{"Count":0}""");
        await PutAsync("docker/network/v1.0/ipam/default/data/GlobalDefault/10.80.0.0/24/", "bits");
        await PutAsync("docker/network/v1.0/ipam/default/data/GlobalDefault/10.81.0.0/24/", "others");
        await DeleteAsync($"docker/network/v1.0/network/{Web}/");
        var history = await RunAsync("history", "--network", "web", "-o", "json", "--store", Store);
        Assert.True(history.ExitCode == ExitCode.Success, history.Error);
        Assert.Equal(4, JsonDocument.Parse(history.Output).RootElement.GetProperty("changes").GetArrayLength());
        AssertError(await RunAsync("history", "--network", "nobody", "--store", Store), "knows no network 'nobody'", "network ls");
    }

    [Fact]
    public async Task What_the_history_does_not_reach_is_one_clear_error_with_the_oldest_index()
    {
        await _node.DisposeAsync();
        await StartAsync("--history-changes", "3");
        for (var i = 0; i < 20; i++)
            await PutAsync("docker/a", $"{i}");
        CommandResult diff;
        do
            diff = await RunAsync("diff", $"{Store}@2", Store);
        while (diff.ExitCode != ExitCode.Error);
        AssertError(diff, $"{Store}@2 cannot tell what it held then.", "overlaybridge history");
        var oldest = await IndexAsync() - 3;
        Assert.Contains($"The history reaches back to index {oldest}, not to 2.", diff.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Differences, (await RunAsync("diff", $"{Store}@{oldest}", Store)).ExitCode);
        AssertError(await RunAsync("diff", $"{Store}@99999", Store), "cannot tell", "overlaybridge history");
        var history = await RunAsync("history", "--since", "2", "--store", Store);
        Assert.Contains($"Changes up to index {oldest} are forgotten", history.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--since", "yesterday")]
    [InlineData("--limit", "0")]
    public async Task A_wrong_option_is_refused_before_anything_is_asked(string option, string value) =>
        Assert.Equal(ExitCode.Error, (await RunAsync("history", option, value, "--store", Store)).ExitCode);

    private async Task StartAsync(params string[] options) =>
        _node = await ServeProcess.StartAsync(_folder.File("data"), _address.Http, _address.Raft, Token, options);

    private static async Task<List<string>> DiffAsync(string from, string to)
    {
        var run = await RunAsync("diff", from, to, "--keys", "-o", "json");
        Assert.True(run.ExitCode is ExitCode.Success or ExitCode.Differences, run.Error);
        var keys = JsonDocument.Parse(run.Output).RootElement.GetProperty("keys").EnumerateArray().Select(static key => $"{key.GetProperty("key")} {key.GetProperty("action")}").ToList();
        Assert.Equal(keys.Count > 0 ? ExitCode.Differences : ExitCode.Success, run.ExitCode);
        return keys;
    }

    private static Task<CommandResult> RunAsync(params string[] arguments) => CommandRun.RunAsync(arguments);

    private static void AssertError(CommandResult run, string what, string remedy)
    {
        Assert.Equal(ExitCode.Error, run.ExitCode);
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains(what, lines[0], StringComparison.Ordinal);
        Assert.Contains(remedy, lines[2], StringComparison.Ordinal);
    }

    private async Task PutAsync(string key, string value)
    {
        using var answer = await _node.Client.PutAsync($"/v1/kv/{key}", new StringContent(value), Token);
        Assert.Equal("true", await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task DeleteAsync(string key)
    {
        using var answer = await _node.Client.DeleteAsync($"/v1/kv/{key}", Token);
        Assert.Equal("true", await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task<ulong> IndexAsync() =>
        JsonDocument.Parse(await _node.Client.GetStringAsync("/v1/overlaybridge/status", Token)).RootElement.GetProperty("Index").GetUInt64();
}
