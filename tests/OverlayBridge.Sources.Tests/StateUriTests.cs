using CsCheck;

namespace OverlayBridge.Sources.Tests;

public class StateUriTests
{
    [Theory]
    [InlineData("consul://10.0.0.5:8500", "consul://10.0.0.5:8500", "docker/")]
    [InlineData("consul://10.0.0.5", "consul://10.0.0.5:8500", "docker/")]
    [InlineData("CONSUL://store.example:85/", "consul://store.example:85", "docker/")]
    [InlineData("consul://a:1,b,[fd00::5]:3/prod/east/", "consul://a:1,b:8500,[fd00::5]:3/prod/east", "prod/east/docker/")]
    [InlineData("consul://a,a:8500", "consul://a:8500", "docker/")]
    [InlineData("consul://", "consul://", "docker/")]
    [InlineData("consul:///prod", "consul:///prod", "prod/docker/")]
    [InlineData("bridge://[::1]", "bridge://[::1]:8500", "docker/")]
    [InlineData("etcd://10.0.0.5,a:1/prod", "etcd://10.0.0.5:2379,a:1/prod", "prod/docker/")]
    [InlineData("etcd://", "etcd://", "docker/")]
    [InlineData("zk://10.0.0.5,[fd00::5]", "zk://10.0.0.5:2181,[fd00::5]:2181", "docker/")]
    [InlineData("file:dump.json", "file:dump.json", "docker/")]
    [InlineData("file:///var/dump.json", "file:/var/dump.json", "docker/")]
    [InlineData("dumps/of:monday.json", "file:dumps/of:monday.json", "docker/")]
    public void A_STATE_is_read_with_its_ports_and_its_prefix(string text, string canonical, string prefix)
    {
        var state = StateUri.Parse(text);
        Assert.Equal(canonical, state.ToString());
        Assert.Equal(prefix, state.DefaultPrefix);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("http://10.0.0.5:8500", "'http' is no scheme")]
    [InlineData("consul:10.0.0.5:8500", "two slashes")]
    [InlineData("bridge://", "host is missing")]
    [InlineData("zk://", "host is missing")]
    [InlineData("zk:10.0.0.5", "two slashes")]
    [InlineData("consul://a,,b", "host is missing")]
    [InlineData("consul://10.0.0.300", "no host name")]
    [InlineData("consul://host_with space", "no host name")]
    [InlineData("consul://fd00::5", "brackets")]
    [InlineData("consul://[10.0.0.5]:8500", "no host name")]
    [InlineData("consul://a:0", "port number")]
    [InlineData("consul://a:65536", "port number")]
    [InlineData("consul://a:", "port number")]
    [InlineData("consul://a:+80", "port number")]
    [InlineData("consul://a?x=1", "query")]
    [InlineData("consul://a/x/../y", "'..'")]
    [InlineData("file:", "missing")]
    [InlineData("file://host/dump.json", "another host")]
    public void What_is_no_STATE_is_refused_with_the_reason(string text, string reason)
    {
        var error = Assert.Throws<SourceException>(() => StateUri.Parse(text));
        Assert.Contains(reason, error.Cause, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("consul://HOST:8500", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("consul://s3cret@10.0.0.5:8500")]
    [InlineData("etcd://user:s3cret@10.0.0.5")]
    [InlineData("zk://user:s3cret@10.0.0.5")]
    [InlineData("http://user:s3cret@10.0.0.5:8500")]
    public void A_secret_in_a_STATE_is_refused_and_not_repeated(string text)
    {
        var error = Assert.Throws<SourceException>(() => StateUri.Parse(text));
        Assert.DoesNotContain("s3cret", error.Message + error.Cause + error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bridge://10.0.0.5:8500@1200", 1200UL, "bridge://10.0.0.5:8500@1200", "docker/")]
    [InlineData("bridge://a,b/prod@0", 0UL, "bridge://a:8500,b:8500/prod@0", "prod/docker/")]
    [InlineData("bridge://[::1]:8500@18446744073709551615", ulong.MaxValue, "bridge://[::1]:8500@18446744073709551615", "docker/")]
    public void A_bridge_can_be_named_at_an_earlier_index(string text, ulong moment, string canonical, string prefix)
    {
        var state = StateUri.Parse(text);
        Assert.Equal((moment, canonical, prefix), (state.Moment, state.ToString(), state.DefaultPrefix));
        Assert.Equal(state.ToString(), StateUri.Parse(state.ToString()).ToString());
    }

    [Theory]
    [InlineData("bridge://10.0.0.5:8500@-1")]
    [InlineData("bridge://10.0.0.5:8500@yesterday")]
    [InlineData("bridge://10.0.0.5:8500@18446744073709551616")]
    [InlineData("bridge://s3cret@10.0.0.5:8500@5")]
    [InlineData("bridge://@5")]
    [InlineData("consul://10.0.0.5:8500@5")]
    public void Nothing_else_behind_an_at_is_taken_for_an_index(string text) => Assert.Throws<SourceException>(() => StateUri.Parse(text));

    [Fact]
    public void A_past_moment_can_be_read_and_neither_written_nor_asked_for_what_a_live_cluster_does()
    {
        var past = StateUri.Parse("bridge://127.0.0.1:8500@5");
        using var source = SourceFactory.Open(past);
        Assert.Equal("bridge://127.0.0.1:8500@5", source.Name);
        Assert.Contains("a moment of the past", Assert.Throws<SourceException>(() => SourceFactory.OpenWritable(past)).Message, StringComparison.Ordinal);
        Assert.Throws<SourceException>(() => SourceFactory.Connect(past));
        Assert.Throws<SourceException>(() => SourceFactory.ConnectHistory(past, new()));
        Assert.Throws<SourceException>(() => SourceFactory.ConnectCluster(past, new()));
    }

    [Fact]
    public void Any_text_is_a_STATE_that_survives_its_own_canonical_form_or_a_SourceException() =>
        Gen.OneOf(
                Gen.String,
                Gen.String[Gen.Char["consulbridgefile:/,[]@.-0123456789 "], 0, 40],
                Gen.String[Gen.Char["ab:/,[].0123456789"], 0, 30].Select(static rest => "consul://" + rest))
            .Sample(static text =>
            {
                StateUri state;
                try
                {
                    state = StateUri.Parse(text);
                }
                catch (SourceException)
                {
                    return;
                }
                var again = StateUri.Parse(state.ToString());
                Assert.Equal(state.ToString(), again.ToString());
                Assert.Equal(state.Scheme, again.Scheme);
                Assert.Equal(state.Path, again.Path);
                Assert.Equal(state.Servers, again.Servers);
                Assert.Equal(state.Moment, again.Moment);
            }, iter: 20_000);
}
