using System.Text;
using OverlayBridge.Sources.ZooKeeper;

namespace OverlayBridge.Sources.Tests.ZooKeeper;

/// <summary>What becomes of a read or a write when servers and sessions fail.</summary>
public sealed class ZooKeeperSourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static FakeEnsemble Ensemble()
    {
        var ensemble = new FakeEnsemble();
        for (int i = 0; i < 30; i++)
            ensemble.Set($"/docker/network/v1.0/endpoint_count/{i:00}", $$"""{"Count":{{i}}}""");
        return ensemble;
    }

    private static ZooKeeperSource Open(params FakeZooKeeper[] servers) => new(
        new ZooKeeperOptions("zk://fake", [.. servers.Select(s => s.Address)]) { LeaderPatience = TimeSpan.FromSeconds(60) }, "docker/");

    private static async Task<List<string>> ReadAsync(ZooKeeperSource source) =>
        [.. (await source.ReadAsync(Token)).Entries.Where(e => !e.Bytes.IsEmpty).Select(e => Encoding.UTF8.GetString(e.Bytes.Span))];

    private static readonly List<string> Whole = [.. Enumerable.Range(0, 30).Select(i => $$"""{"Count":{{i}}}""")];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task A_session_lost_in_the_middle_of_a_read_is_replaced_and_the_read_is_whole(int request)
    {
        await using var server = new FakeZooKeeper(Ensemble()) { Decide = n => n == request ? Fate.Drop : null };
        using var source = Open(server);
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal(2, server.Sessions);
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal(2, server.Sessions);
    }

    [Fact]
    public async Task Another_server_goes_on_when_one_dies_in_the_middle_of_a_read_and_stays_the_one_that_is_asked()
    {
        var ensemble = Ensemble();
        var first = new FakeZooKeeper(ensemble);
        await using var second = new FakeZooKeeper(ensemble);
        using var source = Open(first, second);
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal(0, second.Sessions);
        await first.DisposeAsync();
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal(1, second.Sessions);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_left_when_the_session_has_run_out()
    {
        var ensemble = Ensemble();
        await using var silent = new FakeZooKeeper(ensemble) { TimeoutMilliseconds = 300, Decide = static n => n > 3 ? Fate.Silence : null };
        await using var other = new FakeZooKeeper(ensemble);
        using var source = Open(silent, other);
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal((1, 1), (silent.Sessions, other.Sessions));
    }

    [Fact]
    public async Task Servers_without_a_leader_are_asked_again_until_one_gives_a_session()
    {
        var ensemble = Ensemble();
        await using var one = new FakeZooKeeper(ensemble) { Leaderless = 2 };
        await using var two = new FakeZooKeeper(ensemble) { Leaderless = 100 };
        using var source = Open(one, two);
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal((1, 0), (one.Sessions, two.Sessions));
    }

    [Fact]
    public async Task A_server_that_lags_behind_what_was_seen_is_passed_over()
    {
        var ensemble = Ensemble();
        var first = new FakeZooKeeper(ensemble);
        await using var lagging = new FakeZooKeeper(ensemble) { Knows = 10 };
        await using var current = new FakeZooKeeper(ensemble);
        using var source = Open(first, lagging, current);
        Assert.Equal(Whole, await ReadAsync(source));
        await first.DisposeAsync();
        Assert.Equal(Whole, await ReadAsync(source));
        Assert.Equal((0, 1), (lagging.Sessions, current.Sessions));
    }

    [Fact]
    public async Task Sessions_that_are_lost_again_and_again_are_one_clear_error()
    {
        await using var server = new FakeZooKeeper(Ensemble()) { Decide = static n => n % 5 == 0 ? Fate.Drop : null };
        using var source = Open(server);
        var error = await Assert.ThrowsAsync<SourceException>(() => source.ReadAsync(Token).AsTask());
        Assert.Contains("zk://fake was lost", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Sessions);
    }

    [Fact]
    public async Task What_changes_during_a_read_makes_it_begin_again_so_that_it_shows_one_moment()
    {
        var ensemble = Ensemble();
        await using var server = new FakeZooKeeper(ensemble)
        {
            // The first record is read by then, or is not yet: both would be a mixture of two moments.
            Decide = n =>
            {
                if (n == 20)
                {
                    ensemble.Set("/docker/network/v1.0/endpoint_count/00", "first");
                    ensemble.Set("/docker/network/v1.0/endpoint_count/29", "last");
                }
                return null;
            },
        };
        using var source = Open(server);
        Assert.Equal(["first", .. Whole[1..^1], "last"], await ReadAsync(source));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_whose_answer_is_lost_is_told_as_unknown_and_not_repeated(bool isCarriedOut)
    {
        var ensemble = Ensemble();
        await using var server = new FakeZooKeeper(ensemble);
        using var source = Open(server);
        var read = (await source.ReadAsync(Token)).Entries.Last(e => e.Key.Contains("endpoint_count/07", StringComparison.Ordinal));
        // A sync, the node's data, then the write.
        int asked = 0;
        server.Decide = _ => ++asked != 3 ? null : isCarriedOut ? Fate.DropAfter : Fate.Drop;
        var error = await Assert.ThrowsAsync<SourceException>(() => source.TryWriteAsync(read.Key, read.ModifyIndex, [(byte)'x'], Token).AsTask());
        Assert.Contains("lost during a write", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, asked);
        Assert.Equal(isCarriedOut ? "x" : """{"Count":7}""", Encoding.UTF8.GetString(ensemble.Get("/docker/network/v1.0/endpoint_count/07")!.Value.Data));
    }
}
