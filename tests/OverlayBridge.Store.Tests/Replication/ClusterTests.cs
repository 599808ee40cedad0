using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Store.Replication;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

/// <summary>Three nodes in one process, on loopback: what a single node cannot show.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private readonly TestStore[] _folders = [new(), new(), new()];
    private readonly ImmutableArray<IPEndPoint> _members = [FreeAddress(), FreeAddress(), FreeAddress()];
    private readonly ReplicatedStore[] _nodes = new ReplicatedStore[3];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
            _nodes[i] = await OpenAsync(i);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        foreach (var folder in _folders)
            folder.Dispose();
    }

    [Fact]
    public async Task A_write_on_the_leader_is_on_every_node_and_survives_the_leader()
    {
        var leader = await LeaderAsync();
        var written = await leader.ExecuteAsync(Set("a", "1"), Token);
        foreach (var node in _nodes)
            await AppliedAsync(node, written.Index);

        var stopped = Array.IndexOf(_nodes, leader);
        await leader.DisposeAsync();
        var next = await LeaderAsync();
        Assert.Equal(Value("1"), (await next.ReadKeyAsync(Key("a"), new ReadOptions(ReadConsistency.Consistent), Token)).Value?.Value);
        var later = await next.ExecuteAsync(Set("b", "2"), Token);

        _nodes[stopped] = await OpenAsync(stopped);
        await AppliedAsync(_nodes[stopped], later.Index);
    }

    [Fact]
    public async Task Whoever_leads_knows_the_term_that_is_its_own()
    {
        var first = await LeaderAsync();
        Assert.True(first.OwnTerm > 0 && first.OwnTerm == first.Term, $"leads in term {first.Term}, knows {first.OwnTerm}");
        await first.DisposeAsync();
        var stopped = Array.IndexOf(_nodes, first);
        var next = await LeaderAsync();
        Assert.True(next.OwnTerm > first.OwnTerm && next.OwnTerm == next.Term, $"leads in term {next.Term}, knows {next.OwnTerm}");
        _nodes[stopped] = await OpenAsync(stopped);
    }

    [Fact]
    public async Task A_follower_refuses_writes_and_fresh_reads_by_the_leaders_name_and_answers_stale_ones()
    {
        var leader = await LeaderAsync();
        var written = await leader.ExecuteAsync(Set("a", "1"), Token);
        var follower = _nodes.First(node => node != leader);
        await AppliedAsync(follower, written.Index);

        var error = await Assert.ThrowsAsync<NoLeaderException>(() => follower.ExecuteAsync(Set("a", "2"), Token));
        Assert.Equal($"This node does not lead, {leader.Status.Leader} does", error.Message);
        await Assert.ThrowsAsync<NoLeaderException>(() => follower.ReadKeyAsync(Key("a"), ReadOptions.Default, Token));
        var stale = await follower.ReadKeyAsync(Key("a"), new ReadOptions(ReadConsistency.Stale), Token);
        Assert.Equal(Value("1"), stale.Value?.Value);
    }

    [Fact]
    public async Task A_leader_that_resigns_knows_the_outcome_of_every_write_it_has_and_each_acknowledged_one_is_kept()
    {
        var leader = await LeaderAsync();
        using var stop = new CancellationTokenSource();
        var outcomes = Enumerable.Range(0, 16).Select(WriteAsync).ToList();
        await Task.Delay(200, Token);
        await leader.ResignAsync(static _ => Task.CompletedTask, Token);
        await leader.StandBackAsync(TimeSpan.FromSeconds(30), Token);
        var next = await LeaderAsync();
        await stop.CancelAsync();

        var acknowledged = (await Task.WhenAll(outcomes)).SelectMany(static keys => keys).ToList();
        Assert.NotEmpty(acknowledged);
        var kept = await next.ReadPrefixAsync(Key(""), new ReadOptions(ReadConsistency.Consistent), Token);
        Assert.Subset(kept.Value.Select(static entry => $"{entry.Key}").ToHashSet(), acknowledged.ToHashSet());

        async Task<List<string>> WriteAsync(int writer)
        {
            var done = new List<string>();
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                try
                {
                    await leader.ExecuteAsync(Set($"{writer}/{number}", "x"), Token);
                    done.Add($"{writer}/{number}");
                }
                catch (NoLeaderException)
                {
                    // Nothing was done. An outcome that is unknown would fail the test.
                    await Task.Delay(20, Token);
                }
            }
            return done;
        }
    }

    private Task<ReplicatedStore> OpenAsync(int node) =>
        TestStore.OpenAsync(_folders[node].Options with { RaftAddress = _members[node], FirstMembers = _members }, Token);

    private async Task<ReplicatedStore> LeaderAsync()
    {
        while (true)
        {
            if (_nodes.FirstOrDefault(node => node.Status.IsLeader) is { } leader)
                return leader;
            await Task.Delay(20, Token);
        }
    }

    private static async Task AppliedAsync(ReplicatedStore node, ulong index)
    {
        while (node.Status.Index < index)
            await Task.Delay(20, Token);
    }
}
