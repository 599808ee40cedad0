using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.DataPlane.Redirect;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Takeover;

public sealed class TakeoverLoopTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("obtest").FullName;
    private readonly KeyStore store = new();
    private readonly ModelTraffic traffic = new();
    private readonly ModelProbe probe = new();
    private readonly List<Background> agents = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in agents)
            await agent.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private string File => Path.Combine(folder, "takeover.json");

    /// <summary>An agent of host h1 starts as the service does.</summary>
    private async Task<Background> StartAsync(DateTimeOffset? at = null)
    {
        var background = new Background();
        agents.Add(background);
        if (at is { } now)
            background.Time.SetUtcNow(now);
        var options = new AgentOptions("h1", IPAddress.Parse("10.0.0.1"), Path.Combine(folder, "netns"), folder, "0.1.0");
        var log = NullLogger.Instance;
        var reports = new KeyPublisher(
            store, background.Absence, BridgeKeys.HostTakeover("h1"), static key => key is BridgeKey.HostTakeover, options.RecheckInterval, background.Time);
        var watches = new WatchRestart(store, background.Absence, "h1", background.Time, log);
        var loop = new TakeoverLoop(
            new Enforcer(traffic, new EngagementFile(File, log), background.Time, log), new GatewayWatch(), watches, store, options, reports, background.Time, log);
        await loop.RestoreAsync(TestContext.Current.CancellationToken);
        background.Run(reports.RunAsync);
        background.Run(token => new TakeoverMirror(store, background.Absence, log).RunAsync(loop.Use, token));
        background.Run(loop.RunAsync);
        background.Run(token => loop.WatchGatewaysAsync(probe, token));
        background.Run(watches.RunAsync);
        return background;
    }

    private void Set(TakeoverRecord record) => store.Set(BridgeKeys.Takeover, BridgeRecords.Encode(record));

    private TakeoverRecord Record => BridgeRecords.Decode<TakeoverRecord>("", Encoding.UTF8.GetBytes(store[BridgeKeys.Takeover]!));

    private TakeoverHostReport? Report => store[BridgeKeys.HostTakeover("h1")] is { } json
        ? BridgeRecords.Decode<TakeoverHostReport>("", Encoding.UTF8.GetBytes(json))
        : null;

    private bool Reports(TakeoverHostState state) => Report?.State == state;

    [Fact]
    public async Task A_takeover_is_carried_out_in_the_order_that_costs_nothing_and_leaves_nothing()
    {
        traffic.Standing = [new StoreConnection(new IPEndPoint(IPAddress.Loopback, 40001), Sample.Old, false, 0, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(9))];
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Prepared));
        await agent.AtOnceAsync(() => Report is { State: TakeoverHostState.Ready, TakeoverId: "t1", Backend: "nftables", Connections: 1 });
        Assert.True(traffic.Rules.IsNone);
        Set(Sample.Record(TakeoverPhase.Holding));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        Set(Sample.Record(TakeoverPhase.Flipped));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Redirected));
        Assert.Equal(["close", "hold", "redirect", "reset 40001", "resend 2"], traffic.Log);
        Assert.False(traffic.IsListening);
        Set(Sample.Record(TakeoverPhase.Committed));
        Set(Sample.Record(TakeoverPhase.Released));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Released));
        Assert.True(traffic.Rules.IsNone);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task After_an_abort_openings_that_were_held_are_sent_again_too()
    {
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Holding));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        Assert.True(traffic.IsListening);
        Set(Sample.Record(TakeoverPhase.Aborted));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Released));
        Assert.Equal(["close", "hold", "none", "resend 2"], traffic.Log);
        Assert.False(traffic.IsListening);
    }

    [Fact]
    public async Task Openings_of_a_source_that_no_gateway_can_replace_stay_noted_and_are_not_sent_again()
    {
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Holding) with { SourceAddresses = [Sample.Old, IPEndPoint.Parse("[fd00::5]:8500")] });
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        Set(Record with { Phase = TakeoverPhase.Flipped });
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Failed));
        Assert.Equal(["close", "hold", "hold", "resend 1"], traffic.Log);
        Assert.True(traffic.IsListening);
    }

    [Fact]
    public async Task An_agent_that_is_restarted_in_a_hold_notes_openings_before_it_puts_the_hold_in_force_again()
    {
        Set(Sample.Record(TakeoverPhase.Holding));
        var agent = await StartAsync();
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        await agent.DisposeAsync();
        agents.Clear();
        Assert.False(traffic.IsListening);

        traffic.Rules = StoreRules.None;
        var next = await StartAsync(agent.Time.GetUtcNow());
        Assert.True(traffic.IsListening);
        Set(Sample.Record(TakeoverPhase.Flipped));
        await next.UntilAsync(() => Reports(TakeoverHostState.Redirected));
        Assert.Equal(["close", "hold", "hold", "redirect", "resend 2"], traffic.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_cannot_note_openings_or_send_them_again_takes_over_like_any_other(bool later)
    {
        var refusal = new RedirectException("Openings cannot be noted.", "The kernel has no log.", "Load it.");
        traffic.ListeningRefusal = later ? null : refusal;
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Holding));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        traffic.ListeningRefusal = refusal;
        Set(Sample.Record(TakeoverPhase.Flipped));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Redirected));
        Assert.Equal("", Report!.Cause);
        Assert.Equal(later ? ["close", "hold", "redirect", "resend 2"] : ["close", "hold", "redirect"], traffic.Log);
    }

    [Fact]
    public async Task Engines_are_told_to_begin_broken_watches_again_after_each_reset()
    {
        store.Set("docker/nodes", []);
        Set(Sample.Record(TakeoverPhase.Holding));
        var agent = await StartAsync();
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        Set(Sample.Record(TakeoverPhase.Flipped));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Redirected));
        Assert.Equal(0, Told);
        await agent.UntilAsync(() => Told == 1);

        Set(Sample.Record(TakeoverPhase.Committed));
        probe.Gone = traffic.Rules.Redirected[Sample.Old];
        await agent.UntilAsync(() => Told == 2);
        Assert.Equal("", store["docker/nodes"]);
    }

    /// <summary>How often engines were told: each time the folder is changed, and changed back.</summary>
    private int Told => store.CountWrites("docker/nodes") / 2;

    [Fact]
    public async Task An_idle_connection_is_reset_in_the_hold_so_that_no_request_is_lost_in_it()
    {
        traffic.Standing = [new StoreConnection(new IPEndPoint(IPAddress.Loopback, 40002), Sample.Old, false, 0, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(8))];
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Holding));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        Assert.Equal(["close", "reset 40002", "hold"], traffic.Log);
    }

    [Theory]
    [InlineData(TakeoverPhase.Holding)]
    [InlineData(TakeoverPhase.Flipped)]
    public async Task What_was_in_force_is_so_again_after_a_restart_of_the_host_before_the_store_answers(TakeoverPhase phase)
    {
        Set(Sample.Record(phase));
        var agent = await StartAsync();
        await agent.AtOnceAsync(() => Reports(phase == TakeoverPhase.Holding ? TakeoverHostState.Holding : TakeoverHostState.Redirected));
        var before = traffic.Rules;
        await agent.DisposeAsync();
        agents.Clear();

        traffic.Rules = StoreRules.None;
        store.IsAway = true;
        var next = await StartAsync(agent.Time.GetUtcNow());
        Assert.Equal(before, traffic.Rules);
        store.IsAway = false;
        Set(Sample.Record(phase == TakeoverPhase.Holding ? TakeoverPhase.Aborted : TakeoverPhase.Released));
        await next.UntilAsync(() => Reports(TakeoverHostState.Released));
        Assert.True(traffic.Rules.IsNone);
    }

    [Fact]
    public async Task A_hold_that_is_too_old_is_lifted_only_after_the_store_has_taken_the_abort()
    {
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Holding));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Holding));
        store.IsAway = true;
        var until = agent.Time.GetUtcNow().AddSeconds(60);
        await agent.UntilAsync(() => agent.Time.GetUtcNow() > until && store.Writes.Contains("put " + BridgeKeys.Takeover));
        Assert.False(traffic.Rules.IsNone);
        store.IsAway = false;
        await agent.UntilAsync(() => traffic.Rules.IsNone);
        Assert.Equal(TakeoverPhase.Aborted, Record.Phase);
        Assert.Contains("h1", Record.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_others_remove_comes_back_though_nobody_tells()
    {
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Flipped));
        await agent.AtOnceAsync(() => Reports(TakeoverHostState.Redirected));
        traffic.Rules = StoreRules.None;
        await agent.UntilAsync(() => !traffic.Rules.IsNone);
    }

    [Fact]
    public async Task A_gateway_that_is_gone_is_exchanged_and_its_connections_are_reset()
    {
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Flipped));
        await agent.UntilAsync(() => Reports(TakeoverHostState.Redirected));
        var gone = traffic.Rules.Redirected[Sample.Old];
        traffic.Standing = [new StoreConnection(new IPEndPoint(IPAddress.Loopback, 40003), Sample.Old, true, 0, default, default)];
        probe.Gone = gone;
        await agent.UntilAsync(() => !traffic.Rules.Redirected[Sample.Old].Equals(gone) && traffic.Log.Contains("reset 40003"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gateway_that_is_back_before_it_was_missed_has_broken_watches_begun_again_if_it_is_the_hosts_own(bool own)
    {
        store.Set("docker/nodes", []);
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Flipped));
        await agent.UntilAsync(() => Reports(TakeoverHostState.Redirected) && Told == 1);
        var used = traffic.Rules.Redirected[Sample.Old];

        probe.Restarted = own ? used : Record.Gateways.First(gateway => !traffic.Rules.Redirected.ContainsValue(gateway));
        var until = agent.Time.GetUtcNow().AddSeconds(10);
        await agent.UntilAsync(() => agent.Time.GetUtcNow() > until);

        Assert.Equal(own ? 2 : 1, Told);
        Assert.Equal(used, traffic.Rules.Redirected[Sample.Old]);
    }

    [Fact]
    public async Task A_host_that_cannot_redirect_says_why_instead_of_ready_and_is_ready_once_it_can()
    {
        traffic.Refusal = new RedirectException("This host's connections cannot be redirected.", "nft is missing.", "Install nftables.");
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Prepared));
        await agent.UntilAsync(() => Reports(TakeoverHostState.Failed));
        Assert.Contains("Install nftables.", Report!.Cause, StringComparison.Ordinal);
        traffic.Refusal = null;
        await agent.UntilAsync(() => Reports(TakeoverHostState.Ready));
    }

    [Fact]
    public async Task A_host_that_is_not_named_does_nothing_and_reports_nothing()
    {
        traffic.Refusal = new RedirectException("", "", "");
        var agent = await StartAsync();
        Set(Sample.Record(TakeoverPhase.Holding) with { Hosts = ["h2"] });
        var until = agent.Time.GetUtcNow().AddSeconds(90);
        await agent.UntilAsync(() => agent.Time.GetUtcNow() > until);
        Assert.Null(Report);
        Assert.Empty(traffic.Log);
    }

    private sealed class ModelProbe : IGatewayProbe
    {
        public IPEndPoint? Gone { get; set; }

        public IPEndPoint? Restarted { get; set; }

        public Task<GatewayAnswer> AskAsync(IPEndPoint gateway, CancellationToken token) => Task.FromResult(
            gateway.Equals(Gone) ? new GatewayAnswer(GatewayHealth.Gone) : new GatewayAnswer(GatewayHealth.Ready, gateway.Equals(Restarted) ? "second" : "first"));
    }
}
