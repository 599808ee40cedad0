using System.Collections.Concurrent;
using System.Net.Http.Json;
using OverlayBridge.Histories;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>Concurrent clients on all nodes while one thing befalls the cluster, and what is to be said of their history afterwards.</summary>
internal sealed class ChaosRound(ControlCluster cluster, int number, Nemesis nemesis)
{
    private const int RegisterClientsPerNode = 3;
    private const int OperationsPerKey = 60;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private readonly Recorder _recorder = new();
    private readonly KeyWindow _registers = new($"chaos/{number}/r/", width: 4, OperationsPerKey);
    private readonly KeyWindow _pairs = new($"chaos/{number}/p/", width: 1, OperationsPerKey);
    private readonly Random _random = new(number);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Keys that must be there from now on.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = [];

    public string Summary { get; private set; } = "";

    /// <summary>What is wrong, in words; null when nothing is.</summary>
    public async Task<string?> RunAsync()
    {
        var locks = cluster.Nodes.Select(node => new LockClient($"chaos/{number}/lock", node.Client, _recorder, Derived())).ToList();
        var watchers = cluster.Nodes.Select(node => new Watcher(node.Client, $"chaos/{number}/p/", $"chaos/{number}/p/end", _recorder)).ToList();
        using (var stop = new CancellationTokenSource())
        using (var giveUp = new CancellationTokenSource())
        {
            var watching = watchers.Select(watcher => watcher.RunAsync(giveUp.Token)).ToList();
            var working = Clients(locks, stop.Token).ToList();
            await BefallAsync();
            await stop.CancelAsync();
            await Task.WhenAll(working);
            await ReadEverywhereAsync();
            await EndAsync(watching, giveUp);
        }
        Summary = $"round {number}, {nemesis.Name}: {_recorder.Operations.Count} operations ({_recorder.Unknown} of unknown outcome, {_recorder.NotDone} not done), "
            + $"{Acknowledged.Count} keys made, lock held {locks.Sum(client => client.Held.Count)} times, {watchers.Sum(watcher => watcher.Errors)} errors of watchers";
        return await WrongAsync(locks);
    }

    private async Task BefallAsync()
    {
        await Task.Delay(WarmUp, Cancel);
        var leader = await cluster.LeaderAsync();
        ControlNode[] others = [.. cluster.Nodes.Where(node => node != leader)];
        _random.Shuffle(others);
        await nemesis.Strike(leader, others, Cancel);
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1000, 5000)), Cancel);
        await cluster.HealAsync();
        await Task.Delay(WarmUp, Cancel);
    }

    private IEnumerable<Task> Clients(IEnumerable<LockClient> locks, CancellationToken stop)
    {
        foreach (var (at, node) in cluster.Nodes.Index())
        {
            for (var client = 0; client < RegisterClientsPerNode; client++)
                yield return new RegisterClient($"{at}{client}", node.Client, _registers, _recorder, Derived()).RunAsync(stop);
            yield return new PairClient($"{at}", node.Client, _pairs, _recorder, Derived()).RunAsync(stop);
            yield return new AppendClient($"chaos/{number}/w/{at}/", node.Client, Acknowledged, _recorder, Derived()).RunAsync(stop);
        }
        foreach (var client in locks)
            yield return client.RunAsync(stop);
    }

    /// <summary>What every node says in the end belongs to the history.</summary>
    private async Task ReadEverywhereAsync()
    {
        foreach (var (at, node) in cluster.Nodes.Index())
        {
            var registers = new RegisterClient($"end{at}", node.Client, _registers, _recorder, _random);
            var pairs = new PairClient($"end{at}", node.Client, _pairs, _recorder, _random);
            foreach (var key in _registers.All)
                Assert.True(await registers.ReadAsync(key, at == 0 ? "?consistent" : ""), $"{node.Name} does not say what {key} is");
            foreach (var pair in _pairs.All)
                Assert.True(await pairs.ReadAsync(pair, "?recurse&consistent"), $"{node.Name} does not say what {pair} is");
        }
    }

    /// <summary>Tells those who follow that it is over; who has not heard of it after a client's whole patience never will.</summary>
    private async Task EndAsync(List<Task> watching, CancellationTokenSource giveUp)
    {
        using var end = await cluster.Nodes[0].Client.PutAsync($"/v1/kv/chaos/{number}/p/end", new StringContent("x"), Cancel);
        Assert.True(end.IsSuccessStatusCode, $"{end.StatusCode}");
        giveUp.CancelAfter(ControlNode.ClientLimit);
        await Task.WhenAll(watching);
    }

    private async Task<string?> WrongAsync(List<LockClient> locks)
    {
        if (_recorder.Faults.FirstOrDefault() is { } fault)
            return fault;
        if (LockClient.Overlap(locks) is { } overlap)
            return overlap;
        foreach (var node in cluster.Nodes)
            if (await LostAsync(node, $"chaos/{number}/w/", Acknowledged) is { } lost)
                return lost;
        return Linearizability.Find(_recorder.Operations) is { } violation
            ? $"{violation.Key} is not linearizable: {violation.Why}\n{string.Join('\n', violation.History)}"
            : null;
    }

    /// <summary>Which acknowledged keys a node does not have, in words; null when it has all.</summary>
    public static async Task<string?> LostAsync(ControlNode node, string prefix, IReadOnlyCollection<string> acknowledged)
    {
        if (acknowledged.Count == 0)
            return null;
        var there = (await node.Client.GetFromJsonAsync<List<string>>($"/v1/kv/{prefix}?keys&consistent", Cancel))!.ToHashSet();
        var lost = acknowledged.Where(key => !there.Contains(key)).ToList();
        return lost.Count == 0 ? null : $"{lost.Count} of {acknowledged.Count} acknowledged writes are lost on {node.Name}: {string.Join(' ', lost.Take(5))}";
    }

    private Random Derived() => new(_random.Next());
}
