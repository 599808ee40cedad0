using OverlayBridge.Sources.Consul;
using OverlayBridge.Sources.Tests.Consul;

namespace OverlayBridge.Sources.Tests;

public class SourceFactoryTests
{
    [Theory]
    [InlineData("consul://a:1/prod", null, "consul://a:1/prod", "prod/docker/")]
    [InlineData("consul://", null, "consul://127.0.0.1:8500", "docker/")]
    [InlineData("consul:///prod", "10.0.0.5", "consul://10.0.0.5:8500/prod", "prod/docker/")]
    [InlineData("consul://", "http://10.0.0.5:81/", "consul://10.0.0.5:81", "docker/")]
    [InlineData("consul://a:1", "10.0.0.5", "consul://a:1", "docker/")]
    [InlineData("bridge://b:8500", "10.0.0.5", "bridge://b:8500", "docker/")]
    [InlineData("dump.json", null, "file:dump.json", "docker/")]
    public void The_environment_is_asked_only_for_what_the_STATE_leaves_out(string state, string? address, string name, string prefix)
    {
        using var source = SourceFactory.Open(StateUri.Parse(state), Options(address: address));
        Assert.Equal(name, source.Name);
        Assert.Equal(prefix, source.Prefix);
    }

    [Theory]
    [InlineData("10.0.0.5:8500,10.0.0.6:8500", "lists 2 servers")]
    [InlineData("unix:///run/consul.sock", "'unix' is not supported")]
    [InlineData("user:s3cret@10.0.0.5", "'@'")]
    [InlineData("10.0.0.5:x", "no port number")]
    public void A_wrong_address_in_the_environment_is_named_as_such(string address, string why)
    {
        var error = Assert.Throws<SourceException>(() => SourceFactory.Open(StateUri.Parse("consul://"), Options(address: address)));
        Assert.Contains("CONSUL_HTTP_ADDR", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consuls_token_goes_to_Consul_and_the_bridges_to_the_bridge()
    {
        await using var fake = await FakeConsul.StartAsync();
        foreach (var (scheme, expected) in new[] { ("consul", "for-consul"), ("bridge", "for-bridge") })
        {
            using var client = SourceFactory.Connect(StateUri.Parse($"{scheme}://{fake.Address}"), Options(token: "for-consul", bridgeToken: "for-bridge"));
            await client.ListAsync("docker/", default, TestContext.Current.CancellationToken);
            Assert.Equal(expected, fake.Tokens.Last());
        }
    }

    [Fact]
    public void A_token_that_cannot_be_a_header_is_refused_without_showing_it()
    {
        var error = Assert.Throws<SourceException>(() => SourceFactory.Connect(StateUri.Parse("consul://a"), Options(token: "s3cret\n")));
        Assert.DoesNotContain("s3cret", error.Message + error.Cause, StringComparison.Ordinal);
        Assert.Throws<SourceException>(() => SourceFactory.Connect(StateUri.Parse("consul://a"), Options() with { Token = "a b" }));
    }

    [Fact]
    public void A_file_is_no_store_to_connect_to() =>
        Assert.Contains("is a file", Assert.Throws<SourceException>(() => SourceFactory.Connect(StateUri.Parse("file:x"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_live_source_reads_again_when_a_session_ended_between_its_two_reads()
    {
        await using var fake = await FakeConsul.StartAsync();
        var lists = 0;
        fake.Answer = context => context.Request.Path == "/v1/session/list"
            ? FakeConsul.JsonAsync(context, "[]")
            : FakeConsul.JsonAsync(context, lists++ == 0
                ? """[{"LockIndex":0,"Key":"docker/a","Flags":0,"Value":null,"Session":"gone","CreateIndex":1,"ModifyIndex":2}]"""
                : "[]");
        using var source = new ConsulSource(fake.Client(), "docker/");
        var image = await source.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Empty(image.Entries);
        Assert.True(image.SessionsKnown);
        Assert.Equal(2, lists);
    }

    [Fact]
    public async Task Sessions_that_an_ACL_hides_are_not_taken_for_none()
    {
        await using var fake = await FakeConsul.StartAsync();
        fake.Answer = static context => context.Request.Path == "/v1/session/list"
            ? FakeConsul.JsonAsync(context, "[]")
            : FakeConsul.JsonAsync(context, """[{"LockIndex":0,"Key":"docker/a","Flags":0,"Value":null,"Session":"hidden","CreateIndex":1,"ModifyIndex":2}]""");
        using var source = new ConsulSource(fake.Client(), "docker/");
        var image = await source.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Single(image.Entries);
        Assert.False(image.SessionsKnown);
    }

    [Fact]
    public void TLS_that_ZooKeeper_does_not_get_is_refused_and_not_left_out_silently()
    {
        var error = Assert.Throws<SourceException>(() => SourceFactory.Open(StateUri.Parse("zk://127.0.0.1:2181"), new() { Tls = new() }));
        Assert.Contains("by TLS", error.Message, StringComparison.Ordinal);
    }

    private static SourceOptions Options(string? address = null, string? token = null, string? bridgeToken = null) => new()
    {
        Environment = name => name switch
        {
            "CONSUL_HTTP_ADDR" => address,
            "CONSUL_HTTP_TOKEN" => token,
            "OVERLAYBRIDGE_TOKEN" => bridgeToken,
            _ => null,
        },
    };
}
