using System.Collections.Concurrent;
using System.Net.Http.Json;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Serve;

/// <summary>Three real processes on loopback, killed by kill -9.</summary>
public sealed class ClusterProcessTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _http = [.. Enumerable.Range(0, 4).Select(_ => ServeProcess.FreeAddress())];
    private readonly string[] _raft = [.. Enumerable.Range(0, 4).Select(_ => ServeProcess.FreeAddress())];
    private readonly ServeProcess?[] _nodes = new ServeProcess?[4];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Store => $"bridge://{string.Join(',', _http.Take(3))}";

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(StartAsync));
        await HealthyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            if (node is not null)
                await node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_acknowledged_write_is_lost_when_the_leader_and_then_all_nodes_are_killed_under_load()
    {
        var acknowledged = new ConcurrentBag<string>();
        using (var stop = new CancellationTokenSource())
        {
            var writing = Enumerable.Range(0, 12).Select(writer => WriteAsync(writer, "leader", acknowledged, stop.Token)).ToList();
            await UntilAsync(() => Task.FromResult(acknowledged.Count > 100));
            var leader = await LeaderAsync();
            await _nodes[leader]!.KillAsync();
            var before = acknowledged.Count;
            await UntilAsync(() => Task.FromResult(acknowledged.Count > before + 100));
            await _nodes[leader]!.DisposeAsync();
            await StartAsync(leader);
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }
        await HealthyAsync();

        for (var round = 0; round < 2; round++)
        {
            using var stop = new CancellationTokenSource();
            var writing = Enumerable.Range(0, 12).Select(writer => WriteAsync(writer, $"all{round}", acknowledged, stop.Token)).ToList();
            var before = acknowledged.Count;
            await UntilAsync(() => Task.FromResult(acknowledged.Count > before + 100));
            var leader = await LeaderAsync();
            await Task.WhenAll(Enumerable.Range(0, 3).Select(node => _nodes[node]!.KillAsync()));
            await stop.CancelAsync();
            await Task.WhenAll(writing);
            // The old leader comes back last: the others have to know what it acknowledged.
            foreach (var node in Enumerable.Range(0, 3).OrderBy(node => node == leader))
            {
                await _nodes[node]!.DisposeAsync();
                await StartAsync(node);
            }
            await HealthyAsync();
        }

        foreach (var node in _nodes.Take(3))
        {
            var there = (await node!.Client.GetFromJsonAsync<List<string>>("/v1/kv/w/?keys&consistent", Token))!.ToHashSet();
            var lost = acknowledged.Where(key => !there.Contains(key)).ToList();
            Assert.True(lost.Count == 0, $"{lost.Count} of {acknowledged.Count} acknowledged writes are lost: {string.Join(' ', lost.Take(5))}");
        }
    }

    [Fact]
    public async Task A_disk_is_replaced_a_node_joins_and_the_command_line_tells_how_the_cluster_is()
    {
        using (await _nodes[0]!.Client.PutAsync("/v1/kv/k", new StringContent("kept"), Token))
            await _nodes[2]!.KillAsync();
        var degraded = await CommandRun.RunAsync("cluster", "status", "--store", Store);
        Assert.Equal(ExitCode.Error, degraded.ExitCode);
        Assert.Contains("away", degraded.Output, StringComparison.Ordinal);

        // The same node with an empty disk: it leaves, and joins as a new one.
        await _nodes[2]!.DisposeAsync();
        Directory.Delete(_folder.File("data2"), recursive: true);
        _nodes[2] = await ServeProcess.StartAsync(_folder.File("data2"), _http[2], _raft[2], Token, "--join", $"{_http[0]},{_http[1]}", "--node-name", "n2");
        await HealthyAsync();
        Assert.Equal("kept", await _nodes[2]!.Client.GetStringAsync("/v1/kv/k?raw&consistent", Token));

        // One more, and the first one goes.
        _nodes[3] = await ServeProcess.StartAsync(_folder.File("data3"), _http[3], _raft[3], Token, "--join", $"{_http[0]},{_http[1]}", "--node-name", "n3");
        await UntilAsync(async () => (await CommandRun.RunAsync("cluster", "status", "--store", Store)).Output.StartsWith("4 control nodes, all well", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Success, (await CommandRun.RunAsync("cluster", "remove", _raft[0], "--store", Store)).ExitCode);
        await _nodes[0]!.KillAsync();
        // Every node hears of it, and the three that are left go on.
        foreach (var node in _http[1..])
            await UntilAsync(async () => !(await CommandRun.RunAsync("cluster", "members", "--store", $"bridge://{node}")).Output.Contains(_raft[0], StringComparison.Ordinal));

        var file = _folder.File("cluster.obsnap");
        Assert.Equal(ExitCode.Success, (await CommandRun.RunAsync("cluster", "snapshot", "--out", file, "--store", $"bridge://{_http[3]}")).ExitCode);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using (await _nodes[3]!.Client.PutAsync("/v1/kv/k", new StringContent("changed"), Token))
            Assert.Equal(ExitCode.Differences, (await CommandRun.RunAsync("cluster", "restore", file, "--dry-run", "--store", $"bridge://{_http[1]}")).ExitCode);
        Assert.Equal(ExitCode.Success, (await CommandRun.RunAsync("cluster", "restore", file, "--store", $"bridge://{_http[1]}")).ExitCode);
        Assert.Equal("kept", await _nodes[3]!.Client.GetStringAsync("/v1/kv/k?raw", Token));
    }

    private async Task StartAsync(int node) => _nodes[node] = await ServeProcess.StartAsync(
        _folder.File($"data{node}"), _http[node], _raft[node], Token, "--bootstrap", string.Join(',', _raft.Take(3)), "--node-name", $"n{node}");

    private Task HealthyAsync() => UntilAsync(async () => (await CommandRun.RunAsync("cluster", "status", "--store", Store)).ExitCode == ExitCode.Success);

    private async Task<int> LeaderAsync()
    {
        while (true)
        {
            var leader = await _nodes[1]!.Client.GetFromJsonAsync<string>("/v1/status/leader", Token);
            if (Array.IndexOf(_raft, leader) is var found and >= 0)
                return found;
            await Task.Delay(20, Token);
        }
    }

    private async Task WriteAsync(int writer, string round, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        using var client = new HttpClient();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var key = $"w/{round}/{writer}/{i}";
            try
            {
                using var answer = await client.PutAsync(new Uri($"http://{_http[(writer + i) % 3]}/v1/kv/{key}"), new StringContent("x"), stop);
                if (await answer.Content.ReadAsStringAsync(stop) == "true")
                    acknowledged.Add(key);
            }
            catch (Exception e) when (e is HttpRequestException || stop.IsCancellationRequested)
            {
                // That node is away, or the round is over: the fate of this write is not known.
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await holds())
            await Task.Delay(50, limit.Token);
    }
}
