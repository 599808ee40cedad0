using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OverlayBridge.Engines.Docker;

/// <summary>What a real 20.10.5 engine answered, read through the client library.</summary>
public sealed class DockerEngineTests : IAsyncDisposable
{
    private readonly RecordedEngine recorded = new();

    public ValueTask DisposeAsync() => recorded.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static JsonElement[] Fixture(string name) =>
        [.. JsonDocument.Parse(File.ReadAllText(TestFiles.Fixture("consul-healthy/" + name))).RootElement.EnumerateArray()];

    private async Task<EngineContainer> InspectAsync(string name)
    {
        var body = Fixture("h1-containers.json").Concat(Fixture("h2-containers.json")).First(c => c.GetProperty("Name").GetString() == "/" + name);
        var id = body.GetProperty("Id").GetString()!;
        recorded.Answer($"/containers/{id}/json", body.GetRawText());
        using var engine = new DockerEngine(recorded.Uri);
        return (await engine.InspectAsync(id, Token))!;
    }

    [Fact]
    public async Task A_running_container_is_read_with_its_endpoint_and_without_the_short_id_among_its_aliases()
    {
        var container = await InspectAsync("stoic_villani");
        Assert.Equal(("stoic_villani", "bb", "running"), (container.Name, container.Image, container.State));
        var endpoint = Assert.Single(container.Endpoints);
        Assert.Equal("9d992014c8742b3cef0cb780010953695f974851f1b687e7b2c42e3ab510f149", endpoint.NetworkId);
        Assert.Equal("29dd67888530b3879a7a9489b64447ef2ac6800ec21c5ca622b881a60cd11076", endpoint.EndpointId);
        Assert.Equal(IPAddress.Parse("10.0.2.2"), endpoint.Address);
        Assert.Equal(24, endpoint.PrefixLength);
        Assert.Equal("02420A000202", endpoint.MacAddress.ToString());
        Assert.Empty(endpoint.Aliases);
    }

    [Fact]
    public async Task A_compose_container_is_read_with_its_aliases_and_labels()
    {
        var container = await InspectAsync("shop_web_1");
        Assert.Contains("web", Assert.Single(container.Endpoints, e => e.NetworkName == "front").Aliases);
        Assert.Equal("web", container.Labels["com.docker.compose.service"]);
    }

    [Fact]
    public async Task An_IPv6_address_is_read_beside_the_IPv4_one()
    {
        var endpoint = Assert.Single((await InspectAsync("v6a")).Endpoints, e => e.NetworkName == "dual");
        Assert.Equal((IPAddress.Parse("fd00:82::2"), 64), (endpoint.Ipv6Address, endpoint.Ipv6PrefixLength));
    }

    [Fact]
    public async Task Every_recorded_container_that_runs_has_the_endpoints_that_its_record_shows()
    {
        foreach (var body in Fixture("h1-containers.json").Concat(Fixture("h2-containers.json")))
        {
            var shown = body.GetProperty("State").GetProperty("Running").GetBoolean()
                ? body.GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject()
                    .Where(n => n.Value.GetProperty("IPAddress").GetString() is { Length: > 0 }).Select(n => n.Value.GetProperty("EndpointID").GetString()!)
                : [];
            var container = await InspectAsync(body.GetProperty("Name").GetString()![1..]);
            Assert.Equal(shown.Order(), container.Endpoints.Select(e => e.EndpointId).Order());
        }
    }

    [Fact]
    public async Task Of_a_container_that_ended_when_its_engine_was_killed_only_what_a_person_asked_for_counts()
    {
        var body = JsonNode.Parse(Fixture("h1-containers.json").Single(c => c.GetProperty("Name").GetString() == "/stoic_villani").GetRawText())!;
        body["State"]!["Status"] = "exited";
        var network = body["NetworkSettings"]!["Networks"]!.AsObject().Single().Value!;
        network["IPAMConfig"] = new JsonObject { ["IPv4Address"] = "10.0.2.99" };
        recorded.Answer($"/containers/{body["Id"]}/json", body.ToJsonString());
        using var engine = new DockerEngine(recorded.Uri);
        var attachment = Assert.Single((await engine.DetailAsync($"{body["Id"]}", Token))!.Attachments);
        Assert.Equal(("9d992014c8742b3cef0cb780010953695f974851f1b687e7b2c42e3ab510f149", "", null, null), (attachment.NetworkId, attachment.EndpointId, attachment.Address, attachment.MacAddress));
        Assert.Equal(IPAddress.Parse("10.0.2.99"), attachment.FixedAddress);
    }

    [Fact]
    public async Task Recorded_networks_are_read_with_scope_subnets_and_gateway()
    {
        recorded.Answer("/networks", File.ReadAllText(TestFiles.Fixture("consul-healthy/h1-networks.json")));
        using var engine = new DockerEngine(recorded.Uri);
        var networks = (await engine.NetworksAsync(Token)).ToDictionary(n => n.Name);
        var front = networks["front"];
        Assert.True(front.IsOverlay);
        Assert.Equal("global", front.Scope);
        Assert.Equal([IPNetwork.Parse("10.80.0.0/24")], front.Subnets);
        Assert.Equal(IPAddress.Parse("10.80.0.254"), front.Gateway);
        Assert.Equal(["10.83.0.0/24", "10.84.0.0/24"], networks["multi"].Subnets.Select(s => s.ToString()));
        Assert.True(networks["att"].Attachable);
        Assert.Equal(DateTimeOffset.Parse("2026-11-23T09:13:16.886398Z"), networks["att"].Created, TimeSpan.FromMilliseconds(1));
        Assert.False(networks["docker_gwbridge"].IsOverlay);
        Assert.Equal(Fixture("h1-networks.json").Length, networks.Count);
    }

    [Fact]
    public async Task The_VNIs_of_a_swarm_network_are_read_from_its_options()
    {
        recorded.Answer("/networks", """[{"Name":"n","Id":"x","Driver":"overlay","Scope":"swarm","Created":"2026-01-01T00:00:00Z","IPAM":{"Config":[{"Subnet":"10.0.0.5/24"}]},"Options":{"com.docker.network.driver.overlay.vxlanid_list":"4097,4098"}}]""");
        using var engine = new DockerEngine(recorded.Uri);
        var network = Assert.Single(await engine.NetworksAsync(Token));
        Assert.Equal([4097u, 4098u], network.Vnis);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/24")], network.Subnets);
    }

    [Fact]
    public async Task Events_come_in_order_until_the_engine_closes_the_stream()
    {
        recorded.Answer(
            "/events",
            """
            {"Type":"container","Action":"start","Actor":{"ID":"c1","Attributes":{"name":"db"}},"scope":"local","time":1,"timeNano":1}
            {"Type":"network","Action":"disconnect","Actor":{"ID":"n1","Attributes":{"container":"c1","name":"appnet","type":"overlay"}}}
            {"Type":"network","Action":"create","Actor":{"ID":"n2","Attributes":{}}}
            {"Type":"image","Action":"pull","Actor":{"ID":"i1"}}

            """);
        using var engine = new DockerEngine(recorded.Uri);
        var events = new List<EngineEvent>();
        await engine.FollowEventsAsync(DateTimeOffset.UnixEpoch, events.Add, Token);
        Assert.Equal([new("start", "c1", null), new("disconnect", "c1", "n1"), new("create", null, "n2")], events);
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_null()
    {
        recorded.Answer("/containers/none/json", """{"message":"No such container: none"}""", 404);
        using var engine = new DockerEngine(recorded.Uri);
        Assert.Null(await engine.InspectAsync("none", Token));
    }

    [Theory]
    [InlineData("task 10ad5f5d already exists: unknown")]
    [InlineData("attaching to network failed, make sure your network options are correct and check manager logs: context deadline exceeded")]
    public async Task A_container_of_our_own_that_an_engine_goes_on_refusing_to_start_is_made_anew(string refusal)
    {
        var (known, isBegun) = (Fixture("h1-containers.json").First().GetRawText(), true);
        await using var bare = new BareEngine(asked => asked[(asked.LastIndexOf('/') + 1)..] switch
        {
            "json" => (200, asked.Contains("/images/", StringComparison.Ordinal) ? """{"Id":"sha256:1"}""" : known),
            "create?name=holder-appnet" => (201, """{"Id":"new","Warnings":[]}"""),
            "start" when isBegun => (500, $$"""{"message":"{{refusal}}"}"""),
            "start" => (204, ""),
            _ => Removed(),
        });
        (int, string) Removed()
        {
            isBegun = false;
            return (204, "");
        }
        using var engine = new DockerEngine(bare.Uri);
        var holder = new OwnContainer("holder-appnet", "holder", ReadOnlyMemory<byte>.Empty, ["/hold"], "appnet", "SIGKILL", ImmutableSortedDictionary<string, string>.Empty);

        await engine.RunAsync(holder, Token);

        Assert.Equal(["GET json", "POST start", "DELETE holder-appnet?force=1", "GET json", "POST create?name=holder-appnet", "POST start"], bare.Asked.Select(Last));

        static string Last(string asked) => $"{asked[..asked.IndexOf(' ', StringComparison.Ordinal)]} {asked[(asked.LastIndexOf('/') + 1)..]}";
    }

    [Fact]
    public async Task A_network_that_is_not_there_is_removed_without_error()
    {
        recorded.Answer("/networks/none", """{"message":"network none not found"}""", 404);
        using var engine = new DockerEngine(recorded.Uri);
        await engine.RemoveNetworkAsync("none", Token);
    }

    [Theory]
    [InlineData(500, """{"message":"store is gone"}""", "500: store is gone")]
    [InlineData(503, "<html>busy</html>", "503: <html>busy</html>")]
    public async Task An_engine_that_refuses_is_quoted(int status, string body, string cause)
    {
        recorded.Answer("/networks", body, status);
        using var engine = new DockerEngine(recorded.Uri);
        var error = await Assert.ThrowsAsync<EngineException>(() => engine.NetworksAsync(Token));
        Assert.Equal(status, error.StatusCode);
        Assert.Contains(cause, error.Cause);
        Assert.Contains(recorded.Uri.ToString(), error.Message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[{\"Id\":7}]")]
    public async Task An_answer_that_is_not_an_engines_is_one_clear_error(string body)
    {
        recorded.Answer("/networks", body);
        using var engine = new DockerEngine(recorded.Uri);
        await Assert.ThrowsAsync<EngineException>(() => engine.NetworksAsync(Token));
    }

    [Theory]
    [InlineData("unix:///nowhere/docker.sock")]
    [InlineData("tcp://127.0.0.1:1")]
    public async Task An_engine_that_is_not_there_is_one_clear_error(string uri)
    {
        using var engine = new DockerEngine(new Uri(uri));
        var error = await Assert.ThrowsAsync<EngineException>(() => engine.InfoAsync(Token));
        Assert.Null(error.StatusCode);
        Assert.NotEmpty(error.Remedy);
        await Assert.ThrowsAsync<EngineException>(() => engine.FollowEventsAsync(DateTimeOffset.UtcNow, _ => { }, Token));
    }

    [Theory]
    [InlineData("ssh://host")]
    [InlineData("http://host:2375")]
    [InlineData("nonsense")]
    public void Another_kind_of_address_is_refused(string uri) =>
        Assert.Throws<EngineException>(() => new DockerEngine(new Uri(uri, UriKind.RelativeOrAbsolute)));
}
