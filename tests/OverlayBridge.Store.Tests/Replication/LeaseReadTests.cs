using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Store.Replication;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

/// <summary>Two nodes, whose clocks the tests move: a leader that has lost the other one is none for longer than its lease.</summary>
public sealed class LeaseReadTests : IAsyncLifetime
{
    /// <summary>Long, so that the engine's own clock does not come before the tests'.</summary>
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(4);

    private readonly FakeTimeProvider _time = new();
    private readonly TestStore[] _folders = [new(), new()];
    private readonly ImmutableArray<IPEndPoint> _members = [FreeAddress(), FreeAddress()];
    private readonly ReplicatedStore?[] _nodes = new ReplicatedStore[2];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 2; i++)
            _nodes[i] = await OpenAsync(i, _time);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            if (node is not null)
                await node.DisposeAsync();
        foreach (var folder in _folders)
            folder.Dispose();
    }

    [Fact]
    public async Task A_leader_whose_clock_says_that_its_lease_is_over_asks_the_majority_before_it_answers()
    {
        var leader = await LeaderAsync();
        await leader.ExecuteAsync(Set("a", "1"), Token);
        Assert.NotNull((await leader.ReadKeyAsync(Key("a"), ReadOptions.Default, Token)).Value);
        Assert.True(await leader.LeaderBarrierAsync(ReadConsistency.Default, Token) > 0);

        await StopAsync(Array.FindIndex(_nodes, node => node != leader));
        _time.Advance(ElectionTimeout);
        await Assert.ThrowsAsync<NoLeaderException>(() => PassTimeAsync(leader.LeaderBarrierAsync(ReadConsistency.Default, Token)));
        await Assert.ThrowsAsync<NoLeaderException>(() => PassTimeAsync(leader.ReadKeyAsync(Key("a"), ReadOptions.Default, Token)));
    }

    [Fact]
    public async Task A_lease_lasts_as_long_as_reads_come()
    {
        var leader = await LeaderAsync();
        await leader.ExecuteAsync(Set("a", "1"), Token);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(ElectionTimeout / 4);
            Assert.Equal(Value("1"), (await PassTimeAsync(leader.ReadKeyAsync(Key("a"), ReadOptions.Default, Token))).Value?.Value);
        }
    }

    [Fact]
    public async Task A_member_that_comes_back_does_not_vote_before_the_lease_is_over_that_it_may_have_granted()
    {
        await LeaderAsync();
        await StopAsync(1);
        var begun = TimeProvider.System.GetTimestamp();
        _nodes[1] = await OpenAsync(1, TimeProvider.System);
        Assert.True(TimeProvider.System.GetElapsedTime(begun) >= ElectionTimeout - TimeSpan.FromMilliseconds(100));
    }

    private async Task<T> PassTimeAsync<T>(Task<T> work)
    {
        while (await Task.WhenAny(work, Task.Delay(5, Token)) != work)
            _time.Advance(TimeSpan.FromMilliseconds(50));
        return await work;
    }

    private async Task StopAsync(int node)
    {
        await _nodes[node]!.DisposeAsync();
        _nodes[node] = null;
    }

    private Task<ReplicatedStore> OpenAsync(int node, TimeProvider time) => ReplicatedStore.OpenAsync(
        _folders[node].Options with { RaftAddress = _members[node], FirstMembers = _members, ElectionTimeout = ElectionTimeout },
        time,
        NullLoggerFactory.Instance,
        Token);

    private async Task<ReplicatedStore> LeaderAsync()
    {
        while (true)
        {
            if (_nodes.FirstOrDefault(static node => node?.Status.IsLeader == true) is { } leader)
                return leader;
            await Task.Delay(20, Token);
        }
    }
}
