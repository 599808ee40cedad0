using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks.Swarms;

public sealed class SwarmDeskTests : IAsyncDisposable
{
    private const string Token = "SWMTKN-1-secret";

    private readonly Background background = new();
    private readonly KeyStore store = new();
    private readonly ManagerEngine engine = new();

    public ValueTask DisposeAsync() => background.DisposeAsync();

    [Fact]
    public async Task A_host_gets_in_and_nobody_who_reads_the_store_sees_the_token()
    {
        Start();
        var seen = new List<string>();
        var door = new SwarmDoor(store, "h1", new PassingFailures(), background.Time);

        var asking = door.AskEntryAsync("m1", "engine1", [], TestContext.Current.CancellationToken);
        await background.UntilAsync(() =>
        {
            seen.AddRange(store.Keys.Select(key => store[key]).OfType<string>());
            return asking.IsCompleted;
        });

        var entry = await asking;
        Assert.Equal(("10.0.0.9:2377", Token), (entry.Address, entry.Token));
        Assert.DoesNotContain(Token, entry.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(seen, static value => value.Contains("SWMTKN", StringComparison.Ordinal));
        await background.UntilAsync(() => store.Keys.IsEmpty);
        Assert.Equal(["dead"], engine.Removed);
    }

    [Fact]
    public async Task Without_the_managers_agent_the_asker_says_who_is_missing()
    {
        var door = new SwarmDoor(store, "h1", new PassingFailures(), background.Time);

        var asking = door.AskEntryAsync("m1", "engine1", [], TestContext.Current.CancellationToken);
        await background.UntilAsync(() => asking.IsCompleted);

        Assert.Contains("m1", (await Assert.ThrowsAsync<StepException>(() => asking)).Message, StringComparison.Ordinal);
        Assert.Empty(store.Keys);
    }

    [Fact]
    public async Task A_store_that_goes_on_failing_while_an_answer_is_waited_for_is_not_asked_until_the_time_is_over()
    {
        var broken = new SourceException("The store refuses a request.", "500", "Look at it.");
        store.Fails = key => key == BridgeKeys.SwarmAnswer("m1", "h1") ? broken : null;
        var door = new SwarmDoor(store, "h1", new PassingFailures(), TimeProvider.System);

        Assert.Same(broken, await Assert.ThrowsAsync<SourceException>(() => door.AskEntryAsync("m1", "engine1", [], TestContext.Current.CancellationToken)));

        Assert.Equal(3, store.Refused);
        Assert.Empty(store.Keys);
    }

    [Fact]
    public async Task What_the_manager_refuses_is_told_in_its_words()
    {
        engine.Fault = new EngineException("Cannot list the swarm's nodes.", "This node is not a swarm manager.", "Use a manager.");
        Start();
        var door = new SwarmDoor(store, "h1", new PassingFailures(), background.Time);

        var asking = door.AskEntryAsync("m1", "engine1", [], TestContext.Current.CancellationToken);
        await background.UntilAsync(() => asking.IsCompleted);

        var refused = await Assert.ThrowsAsync<StepException>(() => asking);
        Assert.Contains("not a swarm manager", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Use a manager.", refused.Remedy);
    }

    [Fact]
    public void Only_dead_or_left_nodes_of_the_asking_engine_are_removed_and_never_managers()
    {
        ImmutableArray<SwarmNode> nodes =
        [
            Node("down", "engine1", "down"), Node("ready", "engine1", "ready"), Node("left", "engine1", "ready"),
            Node("other", "engine2", "down"), Node("manager", "engine1", "down", "10.0.0.1:2377"), Node("kept", "engine1", "down"),
        ];

        var gone = SwarmNodes.ToRemove(nodes, new SwarmRequest("1", "m1", "engine1", "", "kept", ["left", "other"]), Now);

        Assert.Equal(["down", "left"], gone.Select(static node => node.Id));
    }

    [Fact]
    public void A_node_that_nobody_became_is_removed_once_no_join_takes_so_long()
    {
        var longAgo = Now - TimeSpan.FromMinutes(2);
        ImmutableArray<SwarmNode> nodes =
        [
            Node("killed", "", "unknown", created: longAgo), Node("killed-and-manager-anew", "", "down", created: longAgo), Node("joining", "", "unknown", created: Now - TimeSpan.FromSeconds(5)),
            Node("named", "engine2", "unknown", created: longAgo), Node("heard", "", "ready", created: longAgo), Node("manager", "", "unknown", "10.0.0.1:2377", longAgo),
        ];

        var gone = SwarmNodes.ToRemove(nodes, new SwarmRequest("1", "m1", "engine1", "", "", []), Now);

        Assert.Equal(["killed", "killed-and-manager-anew"], gone.Select(static node => node.Id));
    }

    [Fact]
    public void A_token_is_opened_by_its_own_key_alone()
    {
        using var key = SealedToken.NewKey();
        using var other = SealedToken.NewKey();
        var sealedToken = SealedToken.Seal(Token, SealedToken.PublicPart(key));

        Assert.Equal(Token, SealedToken.Open(sealedToken, key));
        Assert.Throws<StepException>(() => SealedToken.Open(sealedToken, other));
        Assert.Throws<StepException>(() => SealedToken.Open("!", key));
        Assert.Throws<StepException>(static () => SealedToken.Seal(Token, "AAAA"));
    }

    private static DateTimeOffset Now { get; } = new(2026, 11, 27, 22, 0, 0, TimeSpan.Zero);

    private static SwarmNode Node(string id, string engine, string state, string managerAddress = "", DateTimeOffset? created = null) =>
        new(id, engine, state, managerAddress, IsLeader: false, created ?? Now);

    private void Start()
    {
        var log = NullLogger.Instance;
        var options = new AgentOptions("m1", IPAddress.Loopback, "", "", "test");
        var publisher = new KeyPublisher(store, background.Absence, BridgeKeys.OfHost("m1") + "swarm-answers/", static key => key is BridgeKey.SwarmAnswer, options.RecheckInterval, background.Time);
        var desk = new SwarmDesk(engine, options, publisher, background.Time, log);
        background.Run(publisher.RunAsync);
        background.Run(desk.RunAsync);
        background.Run(token => new BridgeMirror(store, background.Absence, log).RunAsync(state => desk.Use(state.SwarmRequests), static () => { }, token));
    }

    /// <summary>A manager with one dead node of engine1.</summary>
    private sealed class ManagerEngine : IEngineControl
    {
        public EngineException? Fault { get; set; }

        public List<string> Removed { get; } = [];

        public Task<EngineSetup> SetupAsync(CancellationToken token) =>
            Task.FromResult(new EngineSetup("manager", "26.1.5", "", "/data", "x86_64", false, "me", "active", true));

        public Task<ImmutableArray<SwarmNode>> NodesAsync(CancellationToken token) => Fault is { } fault
            ? throw fault
            : Task.FromResult<ImmutableArray<SwarmNode>>([Node("me", "manager", "ready", "10.0.0.9:2377") with { IsLeader = true }, Node("dead", "engine1", "down")]);

        public Task<string> WorkerTokenAsync(CancellationToken token) => Task.FromResult(Token);

        public Task RemoveNodeAsync(string node, bool force, CancellationToken token)
        {
            Removed.Add(node);
            return Task.CompletedTask;
        }

        public Task<ImmutableArray<ContainerDetail>> DetailsAsync(CancellationToken token) => throw new NotSupportedException();

        public Task<ContainerDetail?> DetailAsync(string container, CancellationToken token) => throw new NotSupportedException();

        public Task ConnectAsync(string network, string container, IPAddress? address, ImmutableArray<string> aliases, CancellationToken token) => throw new NotSupportedException();

        public Task DisconnectAsync(string network, string container, bool force, CancellationToken token) => throw new NotSupportedException();

        public Task StartAsync(string container, CancellationToken token) => throw new NotSupportedException();

        public Task StopAsync(string container, TimeSpan patience, CancellationToken token) => throw new NotSupportedException();

        public Task RemoveAsync(string container, CancellationToken token) => throw new NotSupportedException();

        public Task RunAsync(OwnContainer container, CancellationToken token) => throw new NotSupportedException();

        public Task<ExecOutcome> ExecAsync(string container, ImmutableArray<string> command, CancellationToken token) => throw new NotSupportedException();

        public Task JoinSwarmAsync(string manager, string token, IPAddress own, CancellationToken cancel) => throw new NotSupportedException();

        public Task LeaveSwarmAsync(CancellationToken token) => throw new NotSupportedException();
    }
}
