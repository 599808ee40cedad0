using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace OverlayBridge.Engines.Watch;

public sealed class EngineWatchTests : IAsyncDisposable
{
    private readonly FakeEngine engine = new();
    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<HostView> views = Channel.CreateUnbounded<HostView>();
    private Task? running;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (running is not null)
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        engine.Dispose();
    }

    private void Start()
    {
        var watch = new EngineWatch(engine, EngineWatchOptions.Default, time, NullLogger<EngineWatch>.Instance);
        running = watch.RunAsync(view => views.Writer.TryWrite(view), stop.Token);
    }

    /// <summary>The first view that is as wanted; the clock goes on while none comes.</summary>
    private async Task<HostView> ViewAsync(Func<HostView, bool> wanted, bool clockRuns = true)
    {
        while (true)
        {
            while (views.Reader.TryRead(out var view))
                if (wanted(view))
                    return view;
            if (clockRuns)
                time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, stop.Token);
        }
    }

    private static ImmutableArray<string> Addresses(HostView view) =>
        [.. view.OverlayEndpoints().Select(static e => e.Endpoint.Address.ToString()).Order()];

    [Fact]
    public async Task The_first_complete_view_has_containers_endpoints_aliases_and_networks()
    {
        engine.Set(FakeEngine.Running("c1", 2, "db"));
        engine.Set(FakeEngine.Running("c2", 3).Exited());
        Start();
        var view = await ViewAsync(v => v.IsComplete);
        Assert.True(view.IsUp);
        Assert.Equal("20.10.5", view.Engine!.Version);
        Assert.Equal(["running", "exited"], view.Containers.Values.Select(c => c.State));
        Assert.Equal(["db"], view.Containers["c1"].Endpoints.Single().Aliases);
        Assert.Equal(["10.60.0.2"], Addresses(view));
    }

    [Fact]
    public async Task A_view_is_not_complete_while_a_container_has_not_been_looked_at()
    {
        engine.Set(FakeEngine.Running("c1", 2));
        engine.Set(FakeEngine.Running("c2", 3));
        var release = engine.Hang("c1");
        Start();
        var partial = await ViewAsync(v => Addresses(v).Length == 1);
        Assert.False(partial.IsComplete);
        release();
        Assert.Equal(["10.60.0.2", "10.60.0.3"], Addresses(await ViewAsync(v => v.IsComplete)));
    }

    [Fact]
    public async Task What_an_event_tells_of_is_seen_without_the_clock_moving()
    {
        Start();
        await ViewAsync(v => v.IsComplete);
        engine.Set(FakeEngine.Running("c1", 2));
        engine.Tell("start", "c1");
        await ViewAsync(v => Addresses(v) is ["10.60.0.2"], clockRuns: false);
        engine.Set(FakeEngine.Running("c1", 2) with { Endpoints = [] });
        engine.Tell("disconnect", "c1");
        await ViewAsync(v => Addresses(v) is [], clockRuns: false);
        engine.Remove("c1");
        engine.Tell("destroy", "c1");
        await ViewAsync(v => v.Containers.IsEmpty, clockRuns: false);
    }

    [Fact]
    public async Task A_container_whose_inspection_hangs_holds_up_no_other()
    {
        Start();
        await ViewAsync(v => v.IsComplete);
        var release = engine.Hang("c1");
        engine.Set(FakeEngine.Running("c1", 2));
        engine.Set(FakeEngine.Running("c2", 3));
        engine.Tell("start", "c1");
        engine.Tell("start", "c2");
        await ViewAsync(v => Addresses(v) is ["10.60.0.3"], clockRuns: false);
        release();
        await ViewAsync(v => Addresses(v) is ["10.60.0.2", "10.60.0.3"], clockRuns: false);
    }

    [Fact]
    public async Task A_burst_of_events_on_one_container_costs_few_inspections()
    {
        Start();
        await ViewAsync(v => v.IsComplete);
        var release = engine.Hang("c1");
        engine.Set(FakeEngine.Running("c1", 2));
        for (var i = 0; i < 1000; i++)
            engine.Tell("start", "c1");
        release();
        await ViewAsync(v => Addresses(v) is ["10.60.0.2"], clockRuns: false);
        Assert.InRange(engine.Calls("inspect c1"), 1, 100);
    }

    [Fact]
    public async Task What_no_event_told_of_is_found_by_the_next_list()
    {
        Start();
        await ViewAsync(v => v.IsComplete);
        engine.Set(FakeEngine.Running("c1", 2));
        await ViewAsync(v => Addresses(v) is ["10.60.0.2"]);
        engine.Remove("c1");
        await ViewAsync(v => Addresses(v) is []);
    }

    [Fact]
    public async Task An_engine_that_is_killed_keeps_its_endpoints_in_the_view_and_is_found_again()
    {
        engine.Set(FakeEngine.Running("c1", 2));
        Start();
        await ViewAsync(v => v.IsComplete);
        engine.GoDown();
        var down = await ViewAsync(v => !v.IsUp, clockRuns: false);
        Assert.Equal(["10.60.0.2"], Addresses(down));
        engine.Set(FakeEngine.Running("c1", 9));
        engine.ComeBack();
        await ViewAsync(v => v.IsUp && Addresses(v) is ["10.60.0.9"]);
    }

    [Fact]
    public async Task An_engine_that_stops_its_containers_first_leaves_no_endpoints()
    {
        engine.Set(FakeEngine.Running("c1", 2));
        Start();
        await ViewAsync(v => v.IsComplete);
        // No inspection answers any more: what the events said must do.
        engine.Hang("c1");
        engine.Tell("die", "c1");
        engine.GoDown();
        var down = await ViewAsync(v => !v.IsUp, clockRuns: false);
        Assert.Empty(Addresses(down));
    }

    [Fact]
    public async Task An_engine_that_is_down_from_the_start_is_told_and_waited_for()
    {
        engine.GoDown();
        Start();
        var first = await ViewAsync(_ => true, clockRuns: false);
        Assert.False(first.IsUp);
        Assert.False(first.IsComplete);
        engine.ComeBack();
        await ViewAsync(v => v.IsUp && v.IsComplete);
    }

    [Fact]
    public async Task A_network_that_is_listed_no_more_stays_while_a_container_is_on_it()
    {
        engine.Set(FakeEngine.Running("c1", 2));
        Start();
        await ViewAsync(v => v.IsComplete);
        engine.RemoveNetwork(FakeEngine.Overlay);
        var lists = engine.Calls("networks");
        while (engine.Calls("networks") < lists + 2)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, stop.Token);
        }
        engine.Set(FakeEngine.Running("c2", 3));
        engine.Tell("start", "c2");
        await ViewAsync(v => Addresses(v) is ["10.60.0.2", "10.60.0.3"]);
    }

    [Fact]
    public async Task Networks_that_cannot_be_listed_hold_up_no_container_and_are_tried_again()
    {
        engine.NetworksFail = true;
        engine.Set(FakeEngine.Running("c1", 2));
        Start();
        var partial = await ViewAsync(v => v.Containers.Count == 1);
        Assert.True(partial.IsUp);
        Assert.False(partial.IsComplete);
        while (engine.Calls("networks") < 3)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, stop.Token);
        }
        engine.NetworksFail = false;
        Assert.Equal(["10.60.0.2"], Addresses(await ViewAsync(v => v.IsComplete)));
    }

    [Fact]
    public async Task Networks_are_listed_again_when_a_container_stands_on_an_unknown_one()
    {
        engine.RemoveNetwork(FakeEngine.Overlay);
        Start();
        await ViewAsync(v => v.IsComplete);
        engine.Set(FakeEngine.Running("c1", 2));
        engine.Tell("start", "c1");
        await ViewAsync(v => v.Containers.Count == 1);
        engine.SetNetwork(FakeEngine.OverlayNetwork);
        await ViewAsync(v => Addresses(v) is ["10.60.0.2"]);
    }
}
