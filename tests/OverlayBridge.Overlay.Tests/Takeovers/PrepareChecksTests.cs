using System.Net;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Tests.Audit;

namespace OverlayBridge.Overlay.Takeovers;

public sealed class PrepareChecksTests
{
    private const string Source = "consul://10.0.0.5:8500";
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);
    private static readonly IPEndPoint Old = IPEndPoint.Parse("10.0.0.5:8500");

    private static readonly PrepareFacts Good = new(
        Source, "docker/", new StoreBuilder().Network("web", "10.80.0.0/24").Build(), "1.8.7", [Old], false,
        [Node("n1", "10.0.0.11:8500"), Node("n2", "10.0.0.12:8500"), Node("n3", "10.0.0.13:8500")], null, null, [Agent("h1", "10.0.0.1")], [], 0, Now);

    [Fact]
    public void When_all_is_well_nothing_stands_against_it_and_the_hosts_on_the_source_take_part()
    {
        var plan = PrepareChecks.Of(Good with { Agents = [.. Good.Agents, Agent("swarm-1", "10.0.0.99")] });
        Assert.True(plan.IsPossible);
        Assert.Equal(["h1"], plan.Hosts);
        Assert.All(plan.Checks, static check => Assert.Equal(CheckVerdict.Ok, check.Verdict));
        Assert.Equal(["source", "keys", "sessions", "addresses", "cluster", "standby", "engines", "agents", "clocks", "audit", "tokens"], plan.Checks.Select(static check => check.Name));
    }

    [Fact]
    public void Members_that_have_not_told_where_they_are_reached_stand_against_it_by_name()
    {
        var early = Good with { Nodes = [Good.Nodes[0]], Unannounced = ["10.0.0.12:8300", "10.0.0.13:8300"] };
        Problem(early, "cluster", "10.0.0.12:8300, 10.0.0.13:8300");
        Assert.True(PrepareChecks.Of(early with { GatewaysNamed = true }).IsPossible);
    }

    [Fact]
    public void A_control_node_that_does_not_serve_stands_against_it() =>
        Problem(Good with { Nodes = [Good.Nodes[0], Node("n2", "10.0.0.12:8500") with { Fault = "no room on its disk" }] }, "cluster", "n2 at 10.0.0.12:8500: no room on its disk");

    [Fact]
    public void One_control_node_alone_is_worth_a_note() => Note(Good with { Nodes = [Good.Nodes[0]] }, "cluster", "1 control node serves");

    [Fact]
    public void A_source_without_keys_is_the_wrong_store_or_prefix() =>
        Problem(Good with { Image = StoreImage.Empty, Agents = [] }, "keys", "the right prefix (--prefix)?");

    [Fact]
    public void A_value_that_this_store_does_not_take_is_named()
    {
        var large = new KeyValueEntry("docker/zz", [.. new byte[512 * 1024 + 1]], 0, 1, 1);
        Problem(Good with { Image = Good.Image with { Entries = Good.Image.Entries.Add(large) } }, "keys", "'docker/zz' has 524289 bytes");
    }

    [Fact]
    public void Sessions_that_the_source_does_not_show_stand_against_it() =>
        Problem(Good with { Image = Good.Image with { SessionsKnown = false } }, "sessions", "session:read");

    [Fact]
    public void The_old_store_must_not_be_named_by_the_address_of_a_control_node_or_of_a_relay()
    {
        Problem(Good with { SourceAddresses = [Good.Nodes[1].Address] }, "addresses", "which is a control node");
        Problem(Good with { SourceAddresses = [Old], Relays = [Relay("r1", Old)] }, "addresses", "is relay r1");
    }

    [Fact]
    public void Control_nodes_at_loopback_are_no_place_to_redirect_other_hosts_to()
    {
        var local = Good with { Nodes = [Node("n1", "127.0.0.1:8500")] };
        Problem(local, "addresses", "127.0.0.1:8500 only");
        Assert.Equal(CheckVerdict.Ok, Check(local with { SourceAddresses = [IPEndPoint.Parse("127.0.0.1:8600")] }, "addresses").Verdict);
    }

    [Fact]
    public void What_the_cluster_follows_or_took_over_already_counts()
    {
        Assert.Equal(CheckVerdict.Ok, Check(Good with { Standby = new(Source, "docker/", TakenOver: false) }, "standby").Verdict);
        Problem(Good with { Standby = new(Source, "prod/docker/", TakenOver: false) }, "standby", "one store at a time");
        Problem(Good with { Standby = new(Source, "docker/", TakenOver: true) }, "standby", "has taken over");
    }

    [Fact]
    public void A_takeover_under_way_stands_against_another_and_one_that_is_over_does_not()
    {
        foreach (var phase in Enum.GetValues<TakeoverPhase>())
        {
            var record = new TakeoverRecord("t1", Source, "docker/", [], [], [], [], phase, Now, new TakeoverLimits(15), "root@h1", "");
            Assert.Equal(TakeoverPhases.IsOver(phase), PrepareChecks.Of(Good with { Latest = record }).IsPossible);
        }
    }

    [Fact]
    public void An_engine_without_an_agent_or_a_relay_stands_against_it_by_its_address()
    {
        var two = Good with { Image = new StoreBuilder().Registered("10.0.0.2").Build() };
        Problem(two, "engines", "no agent takes part on 10.0.0.2");
        Assert.Equal(CheckVerdict.Ok, Check(two with { Agents = [.. Good.Agents, Agent("h2", "10.0.0.2")] }, "engines").Verdict);
        var relayed = two with { Relays = [Relay("r1", IPEndPoint.Parse("10.0.0.6:8500"), "10.0.0.2")] };
        Assert.Contains("through a relay come 10.0.0.2", Check(relayed, "engines").Text, StringComparison.Ordinal);
        var unseen = two with { Relays = [Relay("r1", IPEndPoint.Parse("10.0.0.6:8500"))] };
        Problem(unseen, "engines", "no relay has seen it lately");
        Assert.Equal(CheckVerdict.Ok, Check(unseen with { Relayed = [IPAddress.Parse("10.0.0.2")] }, "engines").Verdict);
    }

    [Fact]
    public void A_host_whose_engine_is_not_registered_but_has_endpoints_is_worth_a_note()
    {
        var image = new StoreBuilder().Network("web", "10.80.0.0/24").Endpoint("web", "c1", host: "10.0.0.7").Build();
        Assert.Contains(PrepareChecks.Of(Good with { Image = image }).Checks, static check => check.Verdict == CheckVerdict.Note && check.Text.Contains("10.0.0.7", StringComparison.Ordinal));
    }

    [Fact]
    public void Hosts_that_are_asked_for_must_be_known_and_heard_of()
    {
        Problem(Good with { Asked = ["h1", "h9"] }, "agents", "no agent is known by the name h9");
        Problem(Good with { Agents = [Agent("h1", "10.0.0.1", HostState.Lost)] }, "agents", "not heard of: h1");
        Problem(Good with { Agents = [] }, "agents", "no host has an agent");
    }

    [Fact]
    public void A_relay_that_is_not_heard_of_stands_against_it_and_one_before_another_name_is_worth_a_note()
    {
        var relay = Relay("r1", IPEndPoint.Parse("10.0.0.6:8500"));
        Problem(Good with { Relays = [relay with { IsHeard = false }] }, "relays", "delete the key overlaybridge/v1/relays/r1");
        Note(Good with { Relays = [relay with { Record = relay.Record with { Source = "consul://consul.example:8500" } }] }, "relays", "must be the same store");
        Assert.Equal(CheckVerdict.Ok, Check(Good with { Relays = [relay] }, "relays").Verdict);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-11, false)]
    [InlineData(-60, true)]
    [InlineData(60, true)]
    public void A_clock_that_is_off_is_worth_a_note(int seconds, bool off)
    {
        var facts = Good with { Agents = [Good.Agents[0] with { Heartbeat = Now.AddSeconds(seconds) }] };
        Assert.Equal(off ? CheckVerdict.Note : CheckVerdict.Ok, Check(facts, "clocks").Verdict);
        Assert.True(PrepareChecks.Of(facts).IsPossible);
    }

    [Fact]
    public void Findings_and_tokens_are_worth_a_note_and_no_more()
    {
        Note(Good with { Findings = 3 }, "audit", "3 findings");
        Note(Good with { HasToken = true }, "tokens", "CONSUL_HTTP_TOKEN");
        Note(Good with { SourceVersion = "" }, "source", "its version is not told");
    }

    private static void Problem(PrepareFacts facts, string name, string text)
    {
        var plan = PrepareChecks.Of(facts);
        Assert.False(plan.IsPossible);
        Assert.Contains(plan.Checks, check => check.Name == name && check.Verdict == CheckVerdict.Problem && check.Text.Contains(text, StringComparison.Ordinal));
    }

    private static void Note(PrepareFacts facts, string name, string text)
    {
        Assert.True(PrepareChecks.Of(facts).IsPossible);
        Assert.Contains(PrepareChecks.Of(facts).Checks, check => check.Name == name && check.Verdict == CheckVerdict.Note && check.Text.Contains(text, StringComparison.Ordinal));
    }

    private static PrepareCheck Check(PrepareFacts facts, string name) => Assert.Single(PrepareChecks.Of(facts).Checks, check => check.Name == name);

    private static ControlNode Node(string name, string address) => new(name, IPEndPoint.Parse(address), "");

    private static AgentSighting Agent(string name, string address, HostState state = HostState.Up) => new(
        new HostRecord(name, "", "", IPAddress.Parse(address), null, state, EngineState.Up, Now, "1"), Now.AddSeconds(-3));

    private static RelaySighting Relay(string name, IPEndPoint listen, params string[] clients) =>
        new(new RelayRecord(name, listen, Source, Now, [.. clients.Select(IPAddress.Parse)]), IsHeard: true);
}
