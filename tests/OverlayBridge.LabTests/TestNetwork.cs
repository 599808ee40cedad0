using System.Net;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests;

/// <summary>
/// An overlay network of one test, on the legacy store or in the swarm (attachable), with all that was run on it through
/// this. Disposing it removes them.
/// </summary>
public sealed class TestNetwork : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly LabFixture _fixture;
    private readonly LabHost _host;
    private readonly List<LabContainer> _containers = [];
    private readonly List<string> _services = [];

    private TestNetwork(LabFixture fixture, LabHost host, string id, string name, IPNetwork subnet)
    {
        _fixture = fixture;
        _host = host;
        Id = id;
        Name = name;
        Subnet = subnet;
    }

    public string Id { get; }

    public string Name { get; }

    public IPNetwork Subnet { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="host">A legacy host, or the swarm's manager.</param>
    public static async Task<TestNetwork> CreateAsync(LabFixture fixture, LabHost host, params IReadOnlyList<string> options)
    {
        // The test before may have left an engine behind that fails at random.
        await Task.WhenAll(fixture.Lab.LegacyHosts.Select(legacy => legacy.Engine.CureAsync(Cancel)));
        var name = fixture.UniqueName("net");
        var subnet = fixture.UniqueSubnet();
        IReadOnlyList<string> attachable = host.IsLegacy ? [] : ["--attachable"];
        var id = await host.DockerAsync(
            ["network", "create", "--driver", "overlay", "--subnet", $"{subnet}", .. attachable, .. options, name], Cancel);
        return new TestNetwork(fixture, host, id, name, subnet);
    }

    /// <summary>A container that answers with its name.</summary>
    public async Task<LabContainer> RunAsync(LabHost host, params IReadOnlyList<string> options)
    {
        var container = await host.RunAsync(_fixture.UniqueName("box"), Name, Cancel, options);
        _containers.Add(container);
        return container;
    }

    /// <summary>A swarm service with dnsrr; gives its running tasks' containers. Each answers with the first 12 digits of its id.</summary>
    public async Task<IReadOnlyList<LabContainer>> CreateServiceAsync(int replicas)
    {
        var name = _fixture.UniqueName("svc");
        await _host.DockerAsync(
            [
                "service", "create", "--quiet", "--detach", "--name", name, "--network", Name, "--endpoint-mode", "dnsrr",
                "--no-resolve-image", "--replicas", $"{replicas}", LabHost.Image,
            ],
            Cancel);
        _services.Add(name);
        return await Wait.ForAsync(
            async () => await TasksAsync(name) is var tasks && tasks.Count == replicas ? tasks : null, Limit, $"start of service {name}", Cancel);
    }

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        var none = CancellationToken.None; // also after the test was cancelled
        foreach (var service in _services)
            await _host.DockerAsync(["service", "rm", service], none);
        await Task.WhenAll(_containers.Select(container => container.RemoveAsync(none)));
        // Service tasks, and a swarm network's presence on workers, go a moment after the command that ends them.
        await _host.RemoveNetworkAsync(Name, Limit, none);
    });

    private async Task<IReadOnlyList<LabContainer>> TasksAsync(string service)
    {
        var label = $"com.docker.swarm.service.name={service}";
        return [.. (await Task.WhenAll(_fixture.Lab.SwarmHosts.Select(host => host.ContainersAsync(label, Cancel)))).SelectMany(containers => containers)];
    }
}
