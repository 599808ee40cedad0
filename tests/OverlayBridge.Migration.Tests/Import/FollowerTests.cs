using System.Collections.Concurrent;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Import;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Tests.Import;

public sealed class FollowerTests : IAsyncDisposable
{
    private static readonly SourceException Gone = new("consul://s cannot be reached.", "Connection refused.", "Start it.");

    private readonly StoreModel source = Images.Numbered(30).Store();
    private readonly StoreModel target = new("bridge://t");
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<FollowRecord> states = new();
    private Task following = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        source.Dispose();
        target.Dispose();
    }

    [Fact]
    public async Task Changes_deletions_and_sessions_of_the_source_arrive()
    {
        Start();
        await InStepAsync();
        source.SetSession("s1");
        source.Put("docker/nodes/a", "x", session: "s1");
        source.Put("docker/0003", "changed");
        source.Delete("docker/0004");
        await InStepAsync();
        source.Delete("docker/nodes/a");
        source.EndSession("s1");
        await InStepAsync();
        Assert.Empty(target.Image().Sessions);
        Assert.Equal(29, target.Image().Entries.Length);
    }

    [Fact]
    public async Task The_state_stands_in_the_cluster_under_the_sources_name()
    {
        Start();
        await UntilAsync(() => Record()?.State == FollowState.Following);
        source.Put("docker/new", "x");
        var expected = source.Image().Index;
        await UntilAsync(() => Record() is { } record && record.Index == expected && record.Keys == 31 && record.LastChange is not null);
        await stop.CancelAsync();
        await following;
        Assert.Equal(FollowState.Stopped, Record()!.State);
        Assert.Equal(source.Name, Record()!.Source);
    }

    [Fact]
    public async Task A_source_that_goes_away_and_comes_back_is_caught_up_with_and_meanwhile_nothing_is_lost()
    {
        Start();
        await InStepAsync();
        source.Failure = static _ => Gone;
        source.Put("docker/missed", "x");
        await UntilAsync(() => Record()?.State == FollowState.Retrying);
        Assert.Contains("cannot be reached", Record()!.Message, StringComparison.Ordinal);
        Assert.Equal(30, target.Image().Entries.Length);
        source.Failure = static _ => null;
        await InStepAsync();
        await UntilAsync(() => Record()?.State == FollowState.Following);
    }

    [Fact]
    public async Task A_cluster_that_goes_away_and_comes_back_gets_what_it_missed()
    {
        Start();
        await InStepAsync();
        target.Failure = static _ => Gone;
        source.Put("docker/missed", "x");
        await UntilAsync(() => states.Any(static state => state.State == FollowState.Retrying));
        target.Failure = static _ => null;
        await InStepAsync();
    }

    [Fact]
    public async Task A_request_that_was_applied_although_its_answer_was_lost_does_no_harm()
    {
        Start();
        await InStepAsync();
        var lost = 0;
        target.Failure = request =>
        {
            if (request != "import" || lost++ > 0)
                return null;
            target.Put("docker/0001", "half of it");
            return Gone;
        };
        source.Put("docker/0002", "x");
        await InStepAsync();
    }

    [Fact]
    public async Task A_restored_source_whose_index_went_back_is_taken_over_whole()
    {
        var snapshot = source.Image();
        source.Put("docker/0001", "later");
        source.Put("docker/later", "x");
        Start();
        await InStepAsync();
        source.Restore(snapshot);
        await InStepAsync();
        Assert.Equal(snapshot.Entries, target.Image().Entries);
    }

    [Fact]
    public async Task A_source_replaced_by_an_empty_one_is_held_until_its_keys_are_back()
    {
        Start();
        await InStepAsync();
        var full = source.Image();
        source.Restore(StoreImage.Empty with { Index = 5 });
        await UntilAsync(() => Record()?.State == FollowState.Held);
        Assert.Contains("which is empty", Record()!.Message, StringComparison.Ordinal);
        Assert.Contains("fell from", Record()!.Message, StringComparison.Ordinal);
        Assert.Equal(30, target.Image().Entries.Length);
        source.Restore(full);
        await UntilAsync(() => Record()?.State == FollowState.Following);
        Assert.Equal(full.Entries, target.Image().Entries);
    }

    [Fact]
    public async Task Keys_that_go_one_after_the_other_at_every_read_are_followed_however_many_they_are()
    {
        Start();
        await InStepAsync();
        var gone = 0;
        // Two reads never agree on all keys: at each one another key is gone.
        source.Lie = (_, answer) =>
        {
            if (gone < 29)
                source.Delete($"docker/{gone++:0000}");
            return answer;
        };
        source.Put("docker/new", "x");
        await InStepAsync();
        Assert.Equal(["docker/0029", "docker/new"], target.Image().Entries.Select(static entry => entry.Key));
        Assert.DoesNotContain(states, static state => state.State == FollowState.Held);
    }

    [Fact]
    public async Task Many_keys_that_go_in_one_command_are_held_and_named_until_they_are_back()
    {
        Start();
        source.Put("docker/stays", "x");
        await InStepAsync();
        var full = source.Image();
        source.DeleteTree("docker/0");
        await UntilAsync(() => Record()?.State == FollowState.Held);
        Assert.Contains("30 other keys", Record()!.Message, StringComparison.Ordinal);
        Assert.Contains("--allow-deletes", Record()!.Message, StringComparison.Ordinal);
        foreach (var entry in full.Entries)
            source.Put(entry.Key, "back");
        await UntilAsync(() => Record()?.State == FollowState.Following);
        await InStepAsync();
    }

    [Fact]
    public async Task One_empty_answer_deletes_nothing_and_holds_nothing()
    {
        Start();
        await InStepAsync();
        var lies = 0;
        source.Lie = (consistency, answer) => consistency == Consistency.Default && lies++ == 0 ? answer with { Value = [] } : answer;
        source.Put("docker/0003", "changed");
        await InStepAsync();
        Assert.Equal(30, target.Image().Entries.Length);
        Assert.DoesNotContain(states, static state => state.State == FollowState.Held);
    }

    [Fact]
    public async Task What_something_else_changes_in_the_cluster_is_put_right_at_the_next_comparison()
    {
        Start(compareEvery: TimeSpan.FromMilliseconds(50));
        await InStepAsync();
        target.Put("docker/0007", "not the source's");
        target.Put("docker/not-the-sources", "x");
        await InStepAsync();
    }

    [Fact]
    public async Task A_cluster_that_took_over_is_followed_into_no_longer()
    {
        Start();
        await InStepAsync();
        target.TakenOverFrom = source.Name;
        source.Put("docker/late", "x");
        var error = await Assert.ThrowsAsync<SourceException>(() => following);
        Assert.Contains("has taken over", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(target.Image().Entries, static entry => entry.Key == "docker/late");
    }

    [Fact]
    public async Task A_source_or_cluster_that_does_not_answer_at_the_start_is_an_error_at_once()
    {
        source.Failure = static _ => Gone;
        await Assert.ThrowsAsync<SourceException>(() => Create().RunAsync(stop.Token));
        source.Failure = static _ => null;
        target.Failure = static _ => Gone;
        await Assert.ThrowsAsync<SourceException>(() => Create().RunAsync(stop.Token));
    }

    [Fact]
    public async Task A_cluster_that_goes_away_between_the_first_import_and_the_word_of_it_is_waited_for()
    {
        var left = 1;
        target.Failure = request => request == "put" && left-- > 0 ? Gone : null;
        Start();
        await InStepAsync();
        source.Put("docker/later", "x");
        await InStepAsync();
        await UntilAsync(() => Record()?.State == FollowState.Following);
    }

    [Fact]
    public void A_file_cannot_be_followed()
    {
        using var file = SourceFactory.Open(StateUri.Parse("file:x"));
        var error = Assert.Throws<SourceException>(() => Follower.Create(file, target, new("x")));
        Assert.Contains("live Consul", error.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("consul://10.0.0.5:8500/prod", "consul-10.0.0.5-8500-prod")]
    [InlineData("consul://[fd00::5]:8500,b:1", "consul-fd00-5-8500-b-1")]
    public void The_name_of_a_source_is_made_of_its_STATE_and_fits_into_a_key(string state, string name)
    {
        Assert.Equal(name, FollowOptions.NameOf(StateUri.Parse(state)));
        Assert.True(BridgeKeys.IsSegment(name));
    }

    private Follower Create(TimeSpan? compareEvery = null) => Follower.Create(
        new ConsulSource(source, "docker/"),
        target,
        new FollowOptions("s")
        {
            Watch = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20)),
            CompareEvery = compareEvery ?? TimeSpan.FromMinutes(1),
            RecordEvery = TimeSpan.Zero,
        },
        new Listener(states));

    private void Start(TimeSpan? compareEvery = null) => following = Create(compareEvery).RunAsync(stop.Token);

    private FollowRecord? Record() => target.Image(BridgeKeys.Sources).Entries is [var entry]
        ? BridgeRecords.Decode<FollowRecord>(entry.Key, entry.Value.AsSpan())
        : null;

    private Task InStepAsync() => UntilAsync(() =>
        source.Image().Entries.SequenceEqual(target.Image().Entries) &&
        source.Image().Sessions.Select(static s => s.Id).SequenceEqual(target.Image().Sessions.Select(static s => s.Id)));

    private async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            if (following.IsFaulted)
                await following;
            await Task.Delay(5, patience.Token);
        }
    }

    private sealed class Listener(ConcurrentQueue<FollowRecord> heard) : IProgress<FollowRecord>
    {
        public void Report(FollowRecord value) => heard.Enqueue(value);
    }
}
