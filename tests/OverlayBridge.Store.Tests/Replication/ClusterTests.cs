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
