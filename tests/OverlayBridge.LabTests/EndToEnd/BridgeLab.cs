using System.Collections.Concurrent;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.EndToEnd;

/// <summary>OverlayBridge as an operator installs it on a lab: a control node beside Consul, an agent on every host.</summary>
internal sealed class BridgeLab(RunningLab lab, string name) : IAsyncDisposable
{
    // Next to Consul's own 8300 to 8302, 8500 and 8600, which the same node has.
    public const int HttpPort = 8700;
    public const int RaftPort = 8701;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, NodeProcess> _running = new(StringComparer.Ordinal);

    /// <summary>The control node as a STATE.</summary>
    public string Bridge => $"bridge://{lab.Kv.Address}:{HttpPort}";

    /// <summary>The control node as a base address.</summary>
    public string Http => $"http://{lab.Kv.Address}:{HttpPort}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Runs a command of overlaybridge on a node.</summary>
    public static Task<ExecResult> RunAsync(LabNode node, params IReadOnlyList<string> arguments) =>
        node.ExecAsync([LabFixture.BridgeCommand, .. arguments], Cancel);

    public async Task StartControlAsync()
    {
        await StartAsync(
            lab.Kv, "control",
            "serve", "--roles", "control", "--data", $"{lab.Kv.Folder}/{name}-control", "--http", $"{lab.Kv.Address}:{HttpPort}",
            "--raft", $"{lab.Kv.Address}:{RaftPort}", "--allow-remote-without-token");
        using var http = CreateClient();
        await Wait.UntilAsync(
            async () =>
            {
                var control = _running[Key(lab.Kv, "control")];
                Assert.True(control.IsRunning, control.ReadLog());
                try
                {
                    using var answer = await http.GetAsync("/health/ready", Cancel);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false; // not listening yet
                }
            },
            Limit, "a control node that is ready", Cancel);
    }

    /// <summary>What the control node answers to a GET.</summary>
    public async Task<string> GetAsync(string target)
    {
        using var http = CreateClient();
        return await http.GetStringAsync(target, Cancel);
    }

    public Task StartAgentAsync(LabHost host) => StartAsync(
        host, "agent",
        "serve", "--roles", "agent", "--data", $"{host.Folder}/{name}-agent", "--store", Bridge,
        "--host-name", host.Name, "--vtep", $"{host.Address}");

    /// <summary>The process of a host's agent; null when it has ended.</summary>
    public int? AgentPid(LabHost host) => _running[Key(host, "agent")].Pid;

    public Task StartFollowAsync() => StartAsync(
        lab.Kv, "follow", "import", lab.Consul!.State, "--follow", "--to", Bridge);

    /// <summary>Ends a process at once, as a crash does.</summary>
    public Task KillAsync(LabNode node, string role) => _running[Key(node, role)].KillAsync(Cancel);

    /// <summary>Asks a process to end; gives its exit code.</summary>
    public Task<int?> StopAsync(LabNode node, string role) => _running[Key(node, role)].StopAsync(Limit, Cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values.Where(process => process.IsRunning))
            await process.KillAsync(CancellationToken.None);
    }

    private HttpClient CreateClient() => new(lab.Kv.CreateHttpHandler()) { BaseAddress = new Uri(Http) };

    private async Task StartAsync(LabNode node, string role, params string[] arguments) =>
        _running[Key(node, role)] = await node.StartAsync($"{name}-{role}", [LabFixture.BridgeCommand, .. arguments], Cancel);

    private static string Key(LabNode node, string role) => $"{node.Name}/{role}";
}
