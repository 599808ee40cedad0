using System.Net;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.EndToEnd;

/// <summary>A running container, the address it has, and what it answers when asked who it is.</summary>
internal sealed record RunningApp(LabContainer Container, IPAddress Address, string Answer)
{
    public override string ToString() => $"{Container.Name} ({Address}) on {Container.Host.Name}";
}

/// <summary>The sample app of compose-samples/shop on real hosts: before, during, and a swarm service beside it.</summary>
internal sealed class SampleApps(LabFixture fixture, string network) : IAsyncDisposable
{
    public const string Subnet = "10.99.0.0/24";

    private const string Service = "shop-worker";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<RunningApp> _containers = [];
    private readonly List<Func<Task>> _undo = [];

    public IReadOnlyList<RunningApp> Containers => _containers;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Sample(string stage) =>
        Path.Combine(TestFiles.RepositoryRoot, "compose-samples", "shop", stage, "docker-compose.yml");

    /// <summary>The legacy overlay, which is the test's to remove, and the project of docker-compose v1 with its services spread over both legacy hosts.</summary>
    public async Task StartLegacyAsync()
    {
        var (first, second) = (fixture.Lab.LegacyHosts[0], fixture.Lab.LegacyHosts[1]);
        await first.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", Subnet, network], Cancel);
        await UpAsync(first, "before", "db");
        await UpAsync(second, "before", "web");
    }

    /// <summary>The project of docker compose v2, with the exposed network as external.</summary>
    public Task StartSwarmAsync(LabHost host) => UpAsync(host, "during", "api");

    /// <summary>A swarm service (dnsrr) with a task on each swarm host.</summary>
    public async Task StartServiceAsync(LabHost manager, IReadOnlyList<LabHost> hosts)
    {
        await manager.DockerAsync(
            [
                "service", "create", "--quiet", "--detach", "--name", Service, "--network", network, "--endpoint-mode", "dnsrr",
                "--no-resolve-image", "--mode", "global", LabHost.Image,
            ],
            Cancel);
        _undo.Add(() => manager.ExecAsync(["docker", "service", "rm", Service], CancellationToken.None));
        foreach (var host in hosts)
            await AddAsync(await TaskOnAsync(host));
    }

    /// <summary>One more container.</summary>
    public async Task<RunningApp> RunAsync(LabHost host, string name)
    {
        var container = await host.RunAsync(name, network, Cancel, "--init", "--restart", "always");
        _undo.Add(() => container.RemoveAsync(CancellationToken.None));
        return await AddAsync(container);
    }

    /// <summary>After engines were restarted: waits for all containers and notes their addresses anew, which may have changed.</summary>
    public async Task RefreshAsync()
    {
        var noted = _containers.ToList();
        _containers.Clear();
        foreach (var app in noted)
            await AddAsync(app.Container.Name.StartsWith(Service, StringComparison.Ordinal) ? await TaskOnAsync(app.Container.Host) : app.Container);
    }

    /// <summary>Ends everything on the swarm side.</summary>
    public async Task StopSwarmAsync(LabHost manager)
    {
        await manager.DockerAsync(["service", "rm", Service], Cancel);
        foreach (var app in _containers.Where(app => !app.Container.Host.IsLegacy).ToList())
        {
            if (!app.Container.Name.StartsWith(Service, StringComparison.Ordinal))
                await app.Container.RemoveAsync(Cancel);
            _containers.Remove(app);
        }
    }

    /// <summary>All of it, also after a test that failed: what cannot be undone does not keep the rest from being undone.</summary>
    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        var failures = new List<Exception>();
        for (var last = _undo.Count - 1; last >= 0; last--)
            try
            {
                await _undo[last]();
            }
            catch (LabException e)
            {
                failures.Add(e);
            }
        if (failures.Count > 0)
            throw new AggregateException("Not all of the sample app could be removed.", failures);
    });

    private async Task UpAsync(LabHost host, string stage, string service)
    {
        await host.ComposeAsync(Sample(stage), ["--project-name", "shop", "up", "--detach", service], Cancel);
        _undo.Add(() => host.ComposeAsync(Sample(stage), ["--project-name", "shop", "down"], CancellationToken.None));
        await AddAsync(Assert.Single(await host.ContainersAsync($"com.docker.compose.service={service}", Cancel)));
    }

    private async Task<RunningApp> AddAsync(LabContainer container)
    {
        var app = await Wait.ForAsync(() => TryReadAsync(container), Limit, $"address of {container.Name} on {container.Host.Name}", Cancel);
        _containers.Add(app);
        return app;
    }

    private async Task<RunningApp?> TryReadAsync(LabContainer container)
    {
        var format = $$$"""{{.State.Running}} {{.Config.Hostname}} {{with index .NetworkSettings.Networks "{{{network}}}"}}{{.IPAddress}}{{end}}""";
        var inspected = await container.Host.ExecAsync(["docker", "inspect", "--format", format, container.Id], Cancel);
        return inspected.Output.Trim().Split(' ') is ["true", var name, var text] && IPAddress.TryParse(text, out var address)
            ? new RunningApp(container, address, name)
            : null;
    }

    private static Task<LabContainer> TaskOnAsync(LabHost host) => Wait.ForAsync(
        async () => (await host.ContainersAsync($"com.docker.swarm.service.name={Service}", Cancel)) is [var task] ? task : null,
        Limit, $"task of {Service} on {host.Name}", Cancel);
}
