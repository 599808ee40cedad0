using System.Net;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

public sealed class DaemonJsonTests
{
    private static readonly IPAddress Ours = IPAddress.Parse("172.18.0.1");

    [Fact]
    public void For_the_swarm_the_store_goes_and_all_else_stays()
    {
        const string Before = """{"log-opts": {"tag": "ä"}, "cluster-store": "consul://c:8500", "cluster-advertise": "h:2376", "cluster-store-opts": {"kv.path": "x"}, "dns": ["9.9.9.9"]}""";

        var after = DaemonJson.ForSwarm(Before, [Ours, IPAddress.Parse("9.9.9.9")]);

        Assert.Equal("""{"log-opts":{"tag":"ä"},"dns":["172.18.0.1","9.9.9.9"]}""", Compact(after));
        Assert.True(DaemonJson.IsForSwarm(after, [Ours]));
        Assert.False(DaemonJson.IsForSwarm(Before, [Ours]));
        Assert.Equal(after, DaemonJson.ForSwarm(after, [Ours, IPAddress.Parse("9.9.9.9")]));
    }

    [Fact]
    public void Without_a_name_server_of_ours_dns_is_left_alone()
    {
        Assert.Equal("{}", Compact(DaemonJson.ForSwarm(null, [])));
        Assert.True(DaemonJson.IsForSwarm("""{"debug": true}""", []));
    }

    [Fact]
    public void Our_name_server_is_taken_out_and_no_other()
    {
        Assert.Equal("""{"dns":["9.9.9.9"]}""", Compact(DaemonJson.WithoutResolver("""{"dns": ["172.18.0.1", "9.9.9.9"]}""", Ours)!));
        Assert.Equal("""{"debug":true}""", Compact(DaemonJson.WithoutResolver("""{"dns": ["172.18.0.1"], "debug": true}""", Ours)!));
        Assert.Null(DaemonJson.WithoutResolver("""{"dns": ["9.9.9.9"]}""", Ours));
        Assert.Null(DaemonJson.WithoutResolver("nonsense", Ours));
    }

    [Fact]
    public void What_is_no_JSON_object_is_refused_with_words()
    {
        Assert.Contains("daemon.json", Assert.Throws<StepException>(static () => DaemonJson.ForSwarm("[1]", [])).Message, StringComparison.Ordinal);
        Assert.Null(DaemonJson.StoreOf("{ nonsense"));
        Assert.Equal("consul://c:8500/a", DaemonJson.StoreOf("""{"cluster-store": "consul://c:8500/a"}"""));
    }

    private static string Compact(string json) => json.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
}
