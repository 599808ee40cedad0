using System.Text.Json;
using System.Text.Json.Nodes;
using OverlayBridge.Engines.Docker;

namespace OverlayBridge.Engines.Facts;

/// <summary>What real engines answered, as facts for an audit; and that an engine which does not answer never passes for an idle one.</summary>
public sealed class EngineFactsReaderTests : IAsyncDisposable
{
    private readonly RecordedEngine recorded = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => recorded.DisposeAsync();

    private static EngineFactsReader Reader(params string[] engines) =>
        new(engines, new EngineFactsOptions { CallLimit = TimeSpan.FromSeconds(5), ConnectLimit = TimeSpan.FromSeconds(2) }, TimeProvider.System);

    /// <summary>The lists as an engine makes them of the containers that were inspected.</summary>
    private void AnswerAs(string host, string info)
    {
        var containers = JsonNode.Parse(File.ReadAllText(TestFiles.Fixture($"consul-healthy/{host}-containers.json")))!.AsArray();
        recorded.Answer("/info", info);
        recorded.Answer("/networks", File.ReadAllText(TestFiles.Fixture($"consul-healthy/{host}-networks.json")));
        recorded.Answer("/containers/json", new JsonArray([.. containers.Select(c => (JsonNode)new JsonObject
        {
            ["Id"] = c!["Id"]!.DeepClone(),
            ["Names"] = new JsonArray(c["Name"]!.DeepClone()),
            ["State"] = c["State"]!["Status"]!.DeepClone(),
            ["NetworkSettings"] = new JsonObject { ["Networks"] = c["NetworkSettings"]!["Networks"]!.DeepClone() },
        })]).ToJsonString());
        foreach (var container in containers)
            recorded.Answer($"/containers/{container!["Id"]}/json", container.ToJsonString());
    }

    [Fact]
    public async Task A_recorded_host_is_read_with_its_address_its_containers_and_their_endpoints()
    {
        AnswerAs("h1", """{"Name":"h1","ClusterStore":"consul://172.31.0.250:8500","ClusterAdvertise":"172.31.0.1:2376","Swarm":{"NodeAddr":""}}""");
        var facts = Assert.Single(await Reader(recorded.Uri.ToString()).ReadAsync(Token));
        Assert.Equal("h1", facts.HostName);
        Assert.Equal(["172.31.0.1"], facts.Addresses);
        using var bodies = JsonDocument.Parse(File.ReadAllText(TestFiles.Fixture("consul-healthy/h1-containers.json")));
        var running = bodies.RootElement.EnumerateArray().Where(c => c.GetProperty("State").GetProperty("Running").GetBoolean()).ToList();
        Assert.Equal(bodies.RootElement.GetArrayLength(), facts.Containers.Length);
        Assert.Equal(running.Select(c => c.GetProperty("Id").GetString()).Order(), facts.Containers.Where(c => c.Running).Select(c => c.Id).Order());
        Assert.Equal(
            running.SelectMany(c => c.GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject()).Select(n => n.Value.GetProperty("EndpointID").GetString()).Order(),
            facts.Containers.SelectMany(c => c.Endpoints).Select(e => e.EndpointId).Order());
        Assert.All(facts.Containers.Where(c => !c.Running), c => Assert.Empty(c.Endpoints));
        Assert.Contains(facts.Containers.SelectMany(c => c.Endpoints), e => e is { NetworkName: "front", NetworkDriver: "overlay", Address: not null });
    }

    [Theory]
    [InlineData("""{"Name":"h","ClusterStore":"consul://x:8500","ClusterAdvertise":"10.0.0.1:2376"}""", "overlay")]
    [InlineData("""{"Name":"h"}""", null)]
    public async Task A_network_that_a_legacy_engine_does_not_list_is_one_that_the_store_has_lost(string info, string? driver)
    {
        recorded.Answer("/info", info);
        recorded.Answer("/networks", "[]");
        recorded.Answer("/containers/json", """[{"Id":"c1","Names":["/web"],"State":"created","NetworkSettings":{"SandboxID":"s1","Networks":{"lost":{"NetworkID":"n1","EndpointID":"e1","IPAddress":"10.0.0.2","MacAddress":"02:42:0a:00:00:02"}}}}]""");
        var container = Assert.Single(Assert.Single(await Reader(recorded.Uri.ToString()).ReadAsync(Token)).Containers);
        Assert.True(container.Running, "it is being started: it has an endpoint");
        Assert.Equal(driver, Assert.Single(container.Endpoints).NetworkDriver);
    }

    [Fact]
    public async Task One_engine_that_cannot_be_reached_fails_the_whole_and_is_named()
    {
        AnswerAs("h1", """{"Name":"h1"}""");
        var error = await Assert.ThrowsAsync<EngineException>(() => Reader(recorded.Uri.ToString(), "unix:///nowhere/docker.sock").ReadAsync(Token));
        Assert.Contains("unix:///nowhere/docker.sock", error.Message);
    }

    [Theory]
    [InlineData("/info", 500, """{"message":"broken"}""")]
    [InlineData("/networks", 503, "busy")]
    [InlineData("/containers/json", 200, """{"message":"no list"}""")]
    [InlineData("/containers/json", 200, "[{")]
    [InlineData("/networks", 404, "{}")]
    public async Task An_answer_that_is_no_engines_is_one_clear_error(string path, int status, string body)
    {
        AnswerAs("h1", """{"Name":"h1"}""");
        recorded.Answer(path, body, status);
        var error = await Assert.ThrowsAsync<EngineException>(() => Reader(recorded.Uri.ToString()).ReadAsync(Token));
        Assert.Contains(new Uri(recorded.Uri.ToString()).Authority, error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public async Task An_answer_beyond_the_limit_is_not_read()
    {
        AnswerAs("h1", """{"Name":"h1"}""");
        var reader = new EngineFactsReader([recorded.Uri.ToString()], new EngineFactsOptions { MaxAnswerBytes = 100 }, TimeProvider.System);
        Assert.Contains("larger than", (await Assert.ThrowsAsync<EngineException>(() => reader.ReadAsync(Token))).Cause);
    }

    [Theory]
    [InlineData("ssh://ops@host", "ssh -N -L /tmp/host.sock:/var/run/docker.sock ops@host")]
    [InlineData("http://host:2375", "tcp://HOST:2375")]
    [InlineData("nonsense", "tcp://HOST:2375")]
    public void Another_kind_of_address_is_refused_with_what_to_do(string uri, string remedy) =>
        Assert.Contains(remedy, Assert.Throws<EngineException>(() => Reader(uri)).Remedy);
}
