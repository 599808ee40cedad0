using OverlayBridge.Sources.Tests.Dumps;
using OverlayBridge.Sources.Tls;

namespace OverlayBridge.Sources.Tests;

/// <summary>What options and environment make of addresses, TLS and secrets.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly DumpFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("etcd://", "", "etcd://127.0.0.1:2379")]
    [InlineData("etcd:///prod", "ETCDCTL_ENDPOINTS=https://a:1,https://b", "etcd://a:1,b:2379/prod")]
    [InlineData("etcd://c", "ETCDCTL_ENDPOINTS=a", "etcd://c:2379")]
    [InlineData("consul://", "CONSUL_HTTP_ADDR=https://a:8501", "consul://a:8501")]
    [InlineData("zk://a,b", "", "zk://a:2181,b:2181")]
    public void Servers_come_from_the_STATE_or_else_from_the_variables_of_the_stores_own_command(string state, string variables, string name)
    {
        using var source = SourceFactory.Open(StateUri.Parse(state), Options(variables));
        Assert.Equal(name, source.Name);
    }

    [Theory]
    [InlineData("ETCDCTL_ENDPOINTS=http://a,https://b", "Some of its servers")]
    [InlineData("ETCDCTL_ENDPOINTS=ftp://a", "'ftp' is not supported")]
    [InlineData("ETCDCTL_ENDPOINTS=https://user:s3cret@a", "'@'")]
    [InlineData("ETCDCTL_USER=s3cret", "USER:PASSWORD")]
    [InlineData("ETCDCTL_CERT=/tmp/c.pem", "Only the certificate")]
    [InlineData("ETCDCTL_CACERT=/nonexistent/ca.pem", "Could not find")]
    [InlineData("ETCDCTL_CACERT=/dev/null", "no certificate")]
    [InlineData("ETCDCTL_CACERT=/dev/null ETCDCTL_INSECURE_SKIP_TLS_VERIFY=maybe", "something else")]
    public void A_wrong_setting_is_refused_without_showing_a_secret(string variables, string why)
    {
        var error = Assert.Throws<SourceException>(() => SourceFactory.Open(StateUri.Parse("etcd://"), Options(variables)));
        Assert.Contains(why, error.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message + error.Cause + error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_that_is_no_key_is_refused_without_its_content()
    {
        var (cert, key) = (files.Write("c.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), files.Write("k.pem", "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n"));
        var error = Assert.Throws<SourceException>(() => SourceFactory.Open(StateUri.Parse("consul://a"), new() { Tls = new() { CertFile = cert, KeyFile = key } }));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("belong together", error.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StateScheme.Consul, "", false, null)]
    [InlineData(StateScheme.Consul, "CONSUL_CACERT=ca", false, null)]
    [InlineData(StateScheme.Consul, "CONSUL_CACERT=ca CONSUL_HTTP_SSL=true", false, "ca verified")]
    [InlineData(StateScheme.Consul, "CONSUL_CACERT=ca CONSUL_HTTP_SSL_VERIFY=false", true, "ca unverified")]
    [InlineData(StateScheme.Etcd, "ETCDCTL_CACERT=ca", false, "ca verified")]
    [InlineData(StateScheme.Etcd, "ETCDCTL_CA_FILE=old", false, "old verified")]
    [InlineData(StateScheme.Etcd, "CONSUL_HTTP_SSL=true", false, null)]
    [InlineData(StateScheme.Bridge, "CONSUL_HTTP_SSL=true", false, null)]
    public void TLS_is_as_the_stores_own_command_would_have_it(StateScheme scheme, string variables, bool https, string? expected)
    {
        var tls = TlsEnvironment.Of(scheme, https, null, Options(variables).Environment);
        Assert.Equal(expected, tls is null ? null : $"{tls.CaFile} {(tls.Verify ? "verified" : "unverified")}");
    }

    [Fact]
    public void Options_go_before_the_environment_file_by_file()
    {
        var tls = TlsEnvironment.Of(StateScheme.Consul, false, new() { CaFile = "mine" }, Options("CONSUL_CACERT=ca CONSUL_CLIENT_CERT=cert CONSUL_TLS_SERVER_NAME=s").Environment);
        Assert.Equal(("mine", "cert", "s"), (tls!.CaFile, tls.CertFile, tls.ServerName));
    }

    [Fact]
    public void A_secret_file_is_for_its_own_store_and_never_for_a_bridge()
    {
        var options = Options("CONSUL_HTTP_TOKEN=other") with { SecretFile = files.Write("secret", "u:p\n") };
        Assert.Equal("u:p", StoreSecret.Token(StateScheme.Consul, options));
        Assert.Equal("u:p", StoreSecret.Credentials(StateScheme.ZooKeeper, options));
        Assert.Null(StoreSecret.Token(StateScheme.Bridge, options));
        Assert.Equal("t", StoreSecret.Token(StateScheme.Consul, Options($"CONSUL_HTTP_TOKEN_FILE={files.Write("token", "t\n")}")));
        Assert.Equal("root:pw", StoreSecret.Credentials(StateScheme.Etcd, Options("ETCDCTL_USER=root ETCDCTL_PASSWORD=pw")));
    }

    [Fact]
    public void Only_Consul_and_a_bridge_have_Consuls_API()
    {
        Assert.Contains("Consul's API", Assert.Throws<SourceException>(() => SourceFactory.Connect(StateUri.Parse("etcd://a"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<SourceException>(() => SourceFactory.OpenWritable(StateUri.Parse("x.json"))).Message, StringComparison.Ordinal);
    }

    private static SourceOptions Options(string variables)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static one => one.Split('=', 2)).ToDictionary(static one => one[0], static one => one[1]);
        return new() { Environment = name => set.GetValueOrDefault(name) };
    }
}
