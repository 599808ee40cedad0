using System.Net;
using OverlayBridge.Store;
using OverlayBridge.Store.Certificates;

namespace OverlayBridge.Tests.Serve;

/// <summary>What serve refuses to start with, each with what to do about it.</summary>
public sealed class ServeAccessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--http", "192.0.2.1:8500", "--http 192.0.2.1:8500 would be open to other machines.", "--token-file")]
    [InlineData("--raft", "192.0.2.1:8300", "--raft 192.0.2.1:8300 would be open to other machines.", "--tls-cert")]
    public async Task An_address_that_others_reach_needs_something_to_be_proved(string option, string address, string what, string remedy)
    {
        string[] other = option == "--http" ? ["--raft", "127.0.0.1:1"] : ["--http", "127.0.0.1:1"];
        var result = await ServeProcess.FailAsync(Token, ["--data", _folder.File("d"), option, address, .. other]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(what, result.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", UnixFileMode.UserRead | UnixFileMode.GroupRead, "is open to other users of this host")]
    [InlineData("short", UnixFileMode.UserRead, "holds no secret that can be used")]
    [InlineData("two words, which are no secret", UnixFileMode.UserRead, "holds no secret that can be used")]
    public async Task A_token_file_that_others_may_read_or_that_holds_no_secret_is_refused_and_not_quoted(string content, UnixFileMode mode, string what)
    {
        var file = _folder.File("node.token");
        await File.WriteAllTextAsync(file, content, Token);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
        var result = await ServeProcess.FailAsync(Token, "--data", _folder.File("d"), "--http", "127.0.0.1:1", "--raft", "127.0.0.1:2", "--token-file", file);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(what, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(content, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tls-cert x", "--tls-key is missing")]
    [InlineData("--tls-key x", "--tls-cert is missing")]
    [InlineData("--tls-cert x --tls-key y", "--tls-ca is missing")]
    [InlineData("--tls-ca x", "--tls-cert and --tls-key are missing")]
    [InlineData("--tls-require-client-cert", "--tls-require-client-cert needs --tls-cert")]
    [InlineData("--tls-cert none --tls-key none --tls-ca none", "none cannot be used for TLS")]
    public async Task Options_for_TLS_that_lack_their_fellows_are_refused(string options, string what)
    {
        var result = await ServeProcess.FailAsync(Token, ["--data", _folder.File("d"), "--http", "127.0.0.1:1", "--raft", "127.0.0.1:2", .. options.Split(' ')]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(what, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_other_nodes_would_refuse_is_refused_at_the_start_already()
    {
        using var authority = new TestAuthority(_folder.File("ca"), "CA");
        using var other = new TestAuthority(_folder.File("other"), "other CA");
        var good = authority.Issue("good");
        Load(good, authority.Ca);
        AssertRefused(good, other.Ca, "would not be accepted by the other nodes");
        AssertRefused(authority.Issue("client", [TestAuthority.Client]), authority.Ca, "would not be accepted by the other nodes");
        AssertRefused(authority.Issue("server", [TestAuthority.Server]), authority.Ca, "would not be accepted by the other nodes");
        AssertRefused(authority.Issue("old", until: TimeSpan.FromMinutes(-1)), authority.Ca, "would not be accepted by the other nodes");
        AssertRefused(authority.Issue("elsewhere", address: IPAddress.Parse("192.0.2.9")), authority.Ca, "It does not name 127.0.0.1");
        AssertRefused((good.Cert, authority.Issue("second").Key), authority.Ca, "that belong together");
        AssertRefused((good.Key, good.Key), authority.Ca, "that belong together");
        AssertRefused(good, good.Key, "It holds no certificate");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(good.Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        AssertRefused(good, authority.Ca, "Every user of this host may read or change it");
    }

    private static void AssertRefused((string Cert, string Key) files, string ca, string reason)
    {
        var error = Assert.Throws<StoreStartException>(() => Load(files, ca));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", error.ToString(), StringComparison.Ordinal);
    }

    private static NodeCertificates Load((string Cert, string Key) files, string ca) =>
        NodeCertificates.Load(files.Cert, files.Key, ca, [IPAddress.Loopback], DateTimeOffset.UtcNow);
}
