using System.Net;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Tests.Serve;

namespace OverlayBridge.Engines.Facts;

/// <summary>Engines that are spoken to by TLS, with the files and the variables that docker's own client takes.</summary>
public sealed class EngineTlsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("overlaybridge-tls-").FullName;
    private readonly TestAuthority authority;

    public EngineTlsTests() => authority = new(Folder(".docker"), "engines");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    private TlsEngine Engine(IPAddress? address = null) => new(authority.Issue("engine", address: address), authority.Ca, new()
    {
        ["/info"] = """{"Name":"h1","ClusterStore":"consul://10.0.0.5:8500","ClusterAdvertise":"10.0.0.1:2376"}""",
        ["/networks"] = """[{"Id":"n1","Driver":"overlay"}]""",
        ["/containers/json"] = """[{"Id":"c1","Names":["/web"],"State":"running","NetworkSettings":{"Networks":{"front":{"NetworkID":"n1","EndpointID":"e1"}}}}]""",
        ["/containers/c1/json"] = """{"Id":"c1","Name":"/web","State":{"Status":"running"},"NetworkSettings":{"SandboxID":"s1","Networks":{"front":{"NetworkID":"n1","EndpointID":"e1","IPAddress":"10.80.0.2"}}}}""",
    });

    // ca.pem is there already, by the authority.
    private void GiveClientCertificate(TestAuthority issuer)
    {
        var (certificate, key) = issuer.Issue("operator");
        File.Move(certificate, Path.Combine(folder, ".docker", "cert.pem"), overwrite: true);
        File.Move(key, Path.Combine(folder, ".docker", "key.pem"), overwrite: true);
    }

    private static async Task<EngineFacts> ReadAsync(string uri, EngineFactsOptions options) =>
        Assert.Single(await new EngineFactsReader([uri], options with { CallLimit = TimeSpan.FromSeconds(20) }, TimeProvider.System).ReadAsync(Token));

    private Task<EngineException> RefusedAsync(string uri, EngineFactsOptions? options = null) =>
        Assert.ThrowsAsync<EngineException>(() => ReadAsync(uri, options ?? new EngineFactsOptions { CertificateFolder = Folder(".docker") }));

    [Fact]
    public async Task An_engine_that_asks_for_a_certificate_is_read_with_the_one_in_the_folder()
    {
        GiveClientCertificate(authority);
        await using var engine = Engine();
        var facts = await ReadAsync(engine.Uri, new EngineFactsOptions { CertificateFolder = Folder(".docker") });
        Assert.Equal(("h1", "10.0.0.1"), (facts.HostName, Assert.Single(facts.Addresses)));
        Assert.Equal("10.80.0.2", Assert.Single(Assert.Single(facts.Containers).Endpoints).Address);
        Assert.Equal(Enumerable.Repeat("CN=operator", 4), engine.Clients);
    }

    [Theory]
    [InlineData("DOCKER_CERT_PATH=FOLDER/.docker")]
    [InlineData("DOCKER_TLS_VERIFY=1", "HOME=FOLDER")]
    [InlineData("DOCKER_TLS_VERIFY=1", "DOCKER_CONFIG=FOLDER/.docker", "HOME=/nowhere")]
    [InlineData("DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=FOLDER/.docker", "DOCKER_CONFIG=/nowhere")]
    public async Task The_variables_of_dockers_own_client_are_honoured(params string[] variables)
    {
        GiveClientCertificate(authority);
        await using var engine = Engine();
        Assert.Equal("h1", (await ReadAsync(engine.Uri, Of(variables))).HostName);
    }

    [Theory]
    [InlineData("HOME=FOLDER")]
    [InlineData("DOCKER_TLS_VERIFY=", "DOCKER_CERT_PATH=", "HOME=FOLDER")]
    public void Without_them_or_with_empty_ones_there_is_no_TLS(params string[] variables) => Assert.Null(Of(variables).CertificateFolder);

    private EngineFactsOptions Of(string[] variables)
    {
        var environment = variables.Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1].Replace("FOLDER", folder, StringComparison.Ordinal));
        return EngineFactsOptions.Of(null, environment.GetValueOrDefault);
    }

    [Fact]
    public async Task An_engine_that_another_authority_vouches_for_is_not_believed()
    {
        GiveClientCertificate(authority);
        using var other = new TestAuthority(Folder("other"), "somebody");
        await using var engine = new TlsEngine(other.Issue("engine"), authority.Ca, []);
        var error = await RefusedAsync(engine.Uri);
        Assert.Contains(new Uri(engine.Uri).Authority, error.Message, StringComparison.Ordinal);
        Assert.Contains("--engine-certs", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(engine.Clients);
    }

    [Fact]
    public async Task An_engine_whose_certificate_is_of_another_host_is_not_believed()
    {
        GiveClientCertificate(authority);
        await using var engine = Engine(IPAddress.Parse("127.0.0.9"));
        await RefusedAsync(engine.Uri);
        Assert.Empty(engine.Clients);
    }

    [Fact]
    public async Task Without_a_certificate_or_with_a_strangers_the_engine_is_not_taken_for_an_idle_one()
    {
        await using var engine = Engine();
        await RefusedAsync(engine.Uri);
        using var other = new TestAuthority(Folder("other"), "somebody");
        GiveClientCertificate(other);
        var error = await RefusedAsync(engine.Uri);
        Assert.Contains("--engine-certs", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(engine.Clients);
    }

    [Fact]
    public async Task Plain_HTTP_to_an_engine_behind_TLS_is_a_clear_error()
    {
        await using var engine = Engine();
        Assert.Contains("tcp:// with TLS: --engine-certs", (await RefusedAsync(engine.Uri, new EngineFactsOptions())).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_the_files_is_named_with_what_it_must_hold()
    {
        var error = await RefusedAsync("tcp://127.0.0.1:1", new EngineFactsOptions { CertificateFolder = Folder("empty") });
        Assert.Contains(Folder("empty"), error.Message, StringComparison.Ordinal);
        Assert.Contains("ca.pem", error.Remedy, StringComparison.Ordinal);
    }
}
