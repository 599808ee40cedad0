using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Lab.Stores;

namespace OverlayBridge.LabTests.Sources;

/// <summary>The real command against a real Consul and a real etcd that ask for client certificates of a private authority.</summary>
[Collection(StoresCollection.Name)]
public sealed class TlsTests(StoresLab stores)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Etcd_and_Consul_are_read_by_mutual_TLS_and_nobody_else_is_trusted()
    {
        var node = stores.Lab.Kv;
        var files = Certificates.Create($"{node.Folder}/tls", node.Address);
        var etcd = await node.StartAsync(
            "etcd-tls",
            EtcdServer.Command(
                $"{node.Folder}/etcd-tls", $"https://{node.Address}:3379", 3380, $"--cert-file={files.ServerCert}", $"--key-file={files.ServerKey}",
                $"--trusted-ca-file={files.Ca}", "--client-cert-auth"),
            Token);
        var consul = await node.StartAsync(
            "consul-tls",
            [
                Installation.ConsulPath, "agent", "-server", "-bootstrap-expect=1", "-node=tls", $"-data-dir={node.Folder}/consul-tls", "-bind=127.0.0.1",
                "-advertise=127.0.0.1", $"-client={node.Address}", "-dns-port=-1", "-http-port=-1", "-https-port=8501", "-server-port=8310", "-serf-lan-port=8311",
                "-serf-wan-port=-1", "-hcl",
                $"performance {{ raft_multiplier = 1 }} verify_incoming_https = true ca_file = \"{files.Ca}\" cert_file = \"{files.ServerCert}\" key_file = \"{files.ServerKey}\"",
            ],
            Token);
        try
        {
            await ReadAsync($"etcd://{node.Address}:3379", files, etcd, new()
            {
                ["ETCDCTL_CACERT"] = files.Ca, ["ETCDCTL_CERT"] = files.ClientCert, ["ETCDCTL_KEY"] = files.ClientKey,
            });
            await ReadAsync($"consul://{node.Address}:8501", files, consul, new()
            {
                ["CONSUL_HTTP_SSL"] = "true", ["CONSUL_CACERT"] = files.Ca, ["CONSUL_CLIENT_CERT"] = files.ClientCert, ["CONSUL_CLIENT_KEY"] = files.ClientKey,
            });
        }
        finally
        {
            await Task.WhenAll(etcd.KillAsync(CancellationToken.None), consul.KillAsync(CancellationToken.None));
        }
    }

    private async Task ReadAsync(string state, Certificates files, NodeProcess server, Dictionary<string, string> environment)
    {
        string[] trusted = ["--ca-file", files.Ca], client = ["--cert-file", files.ClientCert, "--key-file", files.ClientKey];
        await Wait.UntilSuccessAsync(
            () => server.IsRunning ? stores.RunAsync(null, ["inspect", state, .. trusted, .. client]) : throw new LabException("a store ended", server.ReadLog(), "see its log"),
            StartLimit, $"a first read of {state}", Token);
        (await stores.RunAsync(environment, "inspect", state)).Success();

        // Not by plain HTTP, not with another authority, not under another name, not without a client certificate.
        await RefusedAsync(environment: null, "inspect", state);
        await RefusedAsync(environment: null, ["inspect", state, "--ca-file", files.OtherCa, .. client]);
        await RefusedAsync(environment: null, ["inspect", state, "--tls", .. client]);
        await RefusedAsync(environment: null, ["inspect", state, .. trusted]);
        if (state.StartsWith("consul", StringComparison.Ordinal))
            await RefusedAsync(new(environment) { ["CONSUL_TLS_SERVER_NAME"] = "another.example" }, "inspect", state);
    }

    private async Task RefusedAsync(Dictionary<string, string>? environment, params string[] arguments)
    {
        var result = await stores.RunAsync(environment, arguments);
        Assert.True(result.ExitCode == 1, string.Join(' ', arguments) + result.Output);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Internal error", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", result.Error, StringComparison.Ordinal);
    }
}
