using System.Globalization;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Migration.Import;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Import;

/// <summary>Following a real Consul into a real control node, through all that can happen to either.</summary>
public sealed class FollowTests(ImportLab lab) : IClassFixture<ImportLab>, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private Task following = Task.CompletedTask;
    private Stores? opened;
    private FollowRecord? state;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await following;
        opened?.Dispose();
        stop.Dispose();
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task After_ten_seconds_of_random_writes_the_cluster_equals_the_source()
    {
        var stores = await StartAsync(seed: 1);
        await stores.Writer.RunAsync(TimeSpan.FromSeconds(10), Token);
        TestContext.Current.TestOutputHelper!.WriteLine($"{stores.Writer.Changes} changes in 10 s");
        await InStepAsync(stores);
        Assert.Equal(FollowState.Following, state!.State);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_change_arrives_while_a_person_would_not_notice_the_time()
    {
        var stores = await StartAsync(seed: 2);
        var times = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            var key = $"{stores.Source.Prefix}lag/{i}";
            var before = await stores.Target.Client.GetAsync(key, default, Token);
            Assert.Null(before.Value);
            await stores.Source.Client.PutAsync(key, new byte[] { 1 }, default, Token);
            var written = TimeProvider.System.GetTimestamp();
            await Wait.UntilAsync(
                async () => (await stores.Target.Client.GetAsync(key, default, Token)).Value is not null, Patience, $"arrival of {key}", Token);
            times.Add(TimeProvider.System.GetElapsedTime(written).TotalMilliseconds);
        }
        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"lag of 40 changes in a store of 300 keys: median {times[20]:0} ms, longest {times[^1]:0} ms"));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_restarted_Consul_is_followed_again()
    {
        var stores = await StartAsync(seed: 3);
        await lab.Lab.Consul!.KillAsync(Token);
        await Wait.UntilAsync(() => state?.State == FollowState.Retrying, Patience, "notice of the loss", Token);
        await lab.Lab.Consul.StartAsync(Token);
        await stores.Writer.RunAsync(TimeSpan.FromSeconds(1), Token);
        await InStepAsync(stores);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_network_cut_without_a_word_is_noticed_and_caught_up_with()
    {
        var stores = await StartAsync(seed: 4);
        await lab.Lab.Kv.PartitionAsync(Token);
        await Wait.UntilAsync(() => state?.State == FollowState.Retrying, Patience, "notice of the cut", Token);
        await lab.Lab.Kv.HealAsync(Token);
        await stores.Writer.RunAsync(TimeSpan.FromSeconds(1), Token);
        await InStepAsync(stores);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_killed_control_node_gets_what_it_missed()
    {
        var stores = await StartAsync(seed: 5);
        var writing = stores.Writer.RunAsync(TimeSpan.FromSeconds(4), Token);
        await lab.KillBridgeAsync(Token);
        await Wait.UntilAsync(() => state?.State == FollowState.Retrying, Patience, "notice of the loss", Token);
        await lab.StartBridgeAsync(Token);
        await writing;
        await InStepAsync(stores);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_Consul_restored_from_an_older_snapshot_is_taken_over_although_its_index_went_back()
    {
        var stores = await StartAsync(seed: 6);
        var snapshot = await lab.SaveSnapshotAsync(Token);
        var older = await stores.Source.ReadAsync(Token);
        for (var i = 0; i < 20; i++)
            await stores.Source.Client.PutAsync($"{stores.Source.Prefix}later/{i}", new byte[] { 1 }, default, Token);
        await InStepAsync(stores);
        await lab.RestoreSnapshotAsync(snapshot, Token);
        await InStepAsync(stores);
        Assert.Equal(older.Entries, (await stores.Target.ReadAsync(Token)).Entries);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task An_empty_Consul_in_its_place_takes_nothing_away_and_the_restored_one_is_followed_again()
    {
        var stores = await StartAsync(seed: 7);
        var snapshot = await lab.SaveSnapshotAsync(Token);
        var before = await stores.Source.ReadAsync(Token);
        await lab.ReplaceConsulAsync(Token);
        await Wait.UntilAsync(() => state?.State == FollowState.Held, Patience, "hold", Token);
        Assert.Contains("which is empty", state!.Message, StringComparison.Ordinal);
        Assert.Equal(before.Entries, (await stores.Target.ReadAsync(Token)).Entries);
        await lab.RestoreSnapshotAsync(snapshot, Token);
        await Wait.UntilAsync(() => state?.State == FollowState.Following, Patience, "following again", Token);
        await stores.Writer.RunAsync(TimeSpan.FromSeconds(1), Token);
        await InStepAsync(stores);
    }

    private async Task<Stores> StartAsync(int seed)
    {
        var prefix = lab.UniquePrefix();
        var stores = opened = new Stores(new(lab.ConnectSource(), prefix), new(lab.ConnectTarget(), prefix), seed, lab);
        await stores.Writer.FillAsync(Token);
        var options = new FollowOptions(prefix.Replace('/', '-')) { Watch = WatchOptions.Default with { Wait = TimeSpan.FromSeconds(3), LongestRetry = TimeSpan.FromSeconds(1) } };
        following = Follower.Create(stores.Source, stores.Target.Client, options, new Listener(this)).RunAsync(stop.Token);
        await Wait.UntilAsync(() => state?.State == FollowState.Following || following.IsCompleted, Patience, "first import", Token);
        return following.IsCompleted ? throw new InvalidOperationException("following ended") : stores;
    }

    private static Task InStepAsync(Stores stores) => Wait.UntilAsync(
        async () =>
        {
            var (source, target) = (await stores.Source.ReadAsync(Token), await stores.Target.ReadAsync(Token));
            return source.Entries.SequenceEqual(target.Entries) &&
                source.Sessions.Select(static s => (s.Id, s.CreateIndex)).SequenceEqual(target.Sessions.Select(static s => (s.Id, s.CreateIndex)));
        },
        Patience, "an empty difference", Token);

    private sealed class Stores(ConsulSource source, BridgeSource target, int seed, ImportLab lab) : IDisposable
    {
        public ConsulSource Source => source;

        public BridgeSource Target => target;

        public RandomWriter Writer { get; } = new(lab.Lab.Consul!, source.Client, source.Prefix, seed);

        public void Dispose()
        {
            Writer.Dispose();
            source.Dispose();
            target.Dispose();
        }
    }

    private sealed class Listener(FollowTests test) : IProgress<FollowRecord>
    {
        public void Report(FollowRecord value) => Volatile.Write(ref test.state, value);
    }
}
