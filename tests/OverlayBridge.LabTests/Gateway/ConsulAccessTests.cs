using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.Sources;

namespace OverlayBridge.LabTests.Gateway;

/// <summary>The real <c>consul</c> command with its own options for tokens and TLS, against a control node that asks for both.</summary>
public sealed class ConsulAccessTests(LabFixture fixture) : IAsyncDisposable
{
    private const int HttpPort = 8710;
    private const int RaftPort = 8711;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private NodeProcess? _control;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Folder => $"{fixture.Lab.Kv.Folder}/consul-access";

    private string Secret => $"{Folder}/node.token";

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Consul_reads_writes_locks_and_watches_with_a_token_by_TLS_and_nothing_without()
    {
        var certificates = Certificates.Create(Folder, fixture.Lab.Kv.Address);
        await File.WriteAllTextAsync(Secret, "0123456789abcdef0123456789abcdef\n", Cancel);
        Certificates.OwnerOnly(Secret);
        _control = await fixture.Lab.Kv.StartAsync(
            "consul-access-control",
            [
                LabFixture.BridgeCommand, "serve", "--data", $"{Folder}/data", "--http", $"{fixture.Lab.Kv.Address}:{HttpPort}", "--raft", $"{fixture.Lab.Kv.Address}:{RaftPort}",
                "--token-file", Secret, "--tls-cert", certificates.NodeCert, "--tls-key", certificates.NodeKey, "--tls-ca", certificates.Ca,
            ],
            Cancel);
        await Wait.UntilAsync(async () => (await ConsulAsync(certificates.Ca, Secret, "kv", "put", "app/a", "one")).ExitCode == 0, Limit, "a control node that takes a write", Cancel);

        var engine = await CreateAsync(certificates, "engine");
        var reader = await CreateAsync(certificates, "reader");
        Assert.Equal("one", (await ConsulAsync(certificates.Ca, reader, "kv", "get", "app/a")).Success());
        Assert.Equal("Success! Data written to: docker/a", (await ConsulAsync(certificates.Ca, engine, "kv", "put", "docker/a", "two")).Success());
        Assert.Equal("docker/a:two", (await ConsulAsync(certificates.Ca, engine, "kv", "get", "-recurse", "")).Success());
        Assert.Equal("held", (await ConsulAsync(certificates.Ca, Secret, "lock", "app/lock", "echo held")).Success());
        Assert.Contains("\"dHdv\"", (await ConsulAsync(certificates.Ca, reader, "watch", "-type=keyprefix", "-prefix=docker/")).Success(), StringComparison.Ordinal);

        await AssertRefusedAsync("Unexpected response code: 403 (Permission denied)", certificates.Ca, reader, "kv", "put", "app/a", "three");
        await AssertRefusedAsync("Unexpected response code: 403 (Permission denied)", certificates.Ca, engine, "kv", "put", "app/a", "three");
        await AssertRefusedAsync("Unexpected response code: 403", certificates.Ca, null, "kv", "get", "app/a");
        await AssertRefusedAsync("certificate signed by unknown authority", certificates.OtherCa, reader, "kv", "get", "app/a");
    }

    public async ValueTask DisposeAsync()
    {
        if (_control is { IsRunning: true } control)
            await control.KillAsync(CancellationToken.None);
    }

    private async Task AssertRefusedAsync(string reason, string ca, string? tokenFile, params string[] arguments)
    {
        var result = await ConsulAsync(ca, tokenFile, arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    /// <returns>The file with the secret.</returns>
    private async Task<string> CreateAsync(Certificates certificates, string role)
    {
        var file = $"{Folder}/{role}.token";
        // The first one, which is not used any further, is an operator's.
        if (role == "engine")
            (await BridgeAsync("token", "create", "--role", "operator", "--name", "first")).Success();
        (await BridgeAsync("token", "create", "--role", role, "--name", role, "--secret-out", file)).Success();
        return file;

        Task<ExecResult> BridgeAsync(params string[] arguments) => fixture.Lab.Kv.ExecAsync(
            [
                LabFixture.BridgeCommand, .. arguments, "--store", $"bridge://{fixture.Lab.Kv.Address}:{HttpPort}", "--token-file", Secret, "--ca-file", certificates.Ca,
            ],
            Cancel);
    }

    private Task<ExecResult> ConsulAsync(string ca, string? tokenFile, params string[] arguments) => fixture.Lab.Kv.ExecAsync(
        [Installation.ConsulPath, .. arguments], Cancel,
        new Dictionary<string, string>
        {
            ["CONSUL_HTTP_ADDR"] = $"https://{fixture.Lab.Kv.Address}:{HttpPort}",
            ["CONSUL_CACERT"] = ca,
            ["CONSUL_HTTP_TOKEN_FILE"] = tokenFile ?? "",
        });
}
