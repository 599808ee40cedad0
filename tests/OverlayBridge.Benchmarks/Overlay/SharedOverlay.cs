using System.Collections.Concurrent;
using System.Net;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>A lab with a legacy network that was exposed by the command: a control node, an agent and a container that stays on each host.</summary>
internal sealed class SharedOverlay : IAsyncDisposable
{
    // Next to Consul's own ports, which the same node has.
    private const int HttpPort = 8700;
    private const int RaftPort = 8701;
    private const byte LegacyPart = 100;
    private const byte SwarmPart = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly RunningLab _lab;
    private readonly string _program;
    private readonly ConcurrentDictionary<string, NodeProcess> _agents = new(StringComparer.Ordinal);

    private SharedOverlay(RunningLab lab, string program)
    {
        _lab = lab;
        _program = program;
        Store = new HttpClient(lab.Kv.CreateHttpHandler()) { BaseAddress = new Uri($"http://{lab.Kv.Address}:{HttpPort}") };
    }

    /// <summary>Of the network, on both sides.</summary>
    public const string Name = "appnet";

    public string LegacyId { get; private set; } = "";

    public string SwarmId { get; private set; } = "";

    /// <summary>One on each legacy host.</summary>
    public IReadOnlyList<OverlayBox> Legacy { get; private set; } = [];

    /// <summary>One on each swarm host.</summary>
    public IReadOnlyList<OverlayBox> Swarm { get; private set; } = [];

    /// <summary>Within a side: what the engines do themselves.</summary>
    public IReadOnlyList<(OverlayBox From, OverlayBox To)> NativePaths => [(Legacy[0], Legacy[1]), (Swarm[0], Swarm[1])];

    /// <summary>Across the sides.</summary>
    public IReadOnlyList<(OverlayBox From, OverlayBox To)> StitchedPaths => [(Legacy[0], Swarm[0]), (Swarm[1], Legacy[1])];

    /// <summary>The control node's HTTP API.</summary>
    public HttpClient Store { get; }

    /// <summary>The agents by their host's name.</summary>
    public IReadOnlyDictionary<string, NodeProcess> Agents => _agents;

    private string Bridge => $"bridge://{_lab.Kv.Address}:{HttpPort}";

    public static async Task<SharedOverlay> StartAsync(string program, CancellationToken token)
    {
        var lab = await RunningLab.UpAsync(new LabOptions { Name = $"bench-{Environment.ProcessId}" }, token);
        var overlay = new SharedOverlay(lab, program);
        try
        {
            await overlay.StartProcessesAsync(token);
            await overlay.ShareAsync(token);
            return overlay;
        }
        catch
        {
            await overlay.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address for a new container of a host, another one for each number of some thousands.</summary>
    public static IPAddress FreeAddress(LabHost host, int number)
    {
        var part = host.IsLegacy ? LegacyPart : SwarmPart;
        return new IPAddress([10, 60, (byte)(part + (number / 250 % 20)), (byte)(2 + (number % 250))]);
    }

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await _lab.DisposeAsync(); // and all that runs in it
    }

    private async Task StartProcessesAsync(CancellationToken token)
    {
        await _lab.Kv.StartAsync("control", [
            _program, "serve", "--roles", "control", "--data", $"{_lab.Kv.Folder}/control", "--http", $"{_lab.Kv.Address}:{HttpPort}",
            "--raft", $"{_lab.Kv.Address}:{RaftPort}", "--allow-remote-without-token"], token);
        await Wait.UntilAsync(IsReadyAsync, Limit, "a control node that is ready", token);
        foreach (var host in _lab.Hosts)
            _agents[host.Name] = await host.StartAsync("agent", [
                _program, "serve", "--roles", "agent", "--data", $"{host.Folder}/agent", "--store", Bridge, "--host-name", host.Name, "--vtep", $"{host.Address}"], token);
        await _lab.Kv.StartAsync("follow", [_program, "import", _lab.Consul!.State, "--follow", "--to", Bridge], token);

        async Task<bool> IsReadyAsync()
        {
            try
            {
                using var answer = await Store.GetAsync(new Uri("/health/ready", UriKind.Relative), token);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false; // not listening yet
            }
        }
    }

    private async Task ShareAsync(CancellationToken token)
    {
        LegacyId = await _lab.LegacyHosts[0].DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.60.0.0/16", Name], token);
        Legacy = await BoxesAsync(_lab.LegacyHosts, token);
        var manager = _lab.SwarmHosts[0];
        await Wait.UntilSuccessAsync(() => manager.ExecAsync([_program, "network", "expose", Name, "--store", Bridge], token), Limit, "expose", token);
        Swarm = await BoxesAsync(_lab.SwarmHosts, token);
        SwarmId = await manager.DockerAsync(["network", "inspect", "--format", "{{.ID}}", Name], token);
        foreach (var (from, to) in NativePaths.Concat(StitchedPaths))
            await Wait.UntilSuccessAsync(
                () => from.Container.ExecAsync(token, "curl", "-sS", "--max-time", "2", $"http://{to.Address}/"), Limit, $"an answer of {to.Container.Name} to {from.Container.Name}", token);
    }

    private static async Task<IReadOnlyList<OverlayBox>> BoxesAsync(IReadOnlyList<LabHost> hosts, CancellationToken token)
    {
        var boxes = new List<OverlayBox>();
        foreach (var host in hosts)
            boxes.Add(await OverlayBox.OfAsync(await host.RunAsync($"stays-{host.Name}", Name, token), Name, token));
        return boxes;
    }
}
