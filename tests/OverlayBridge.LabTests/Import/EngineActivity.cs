using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Import;

/// <summary>What people do to one engine, at random and without a pause: networks and containers made and removed.</summary>
/// <param name="sharedOnly">Containers join the shared network alone: if it has one more of them on the host all the time, 20.10.5 has no reason to lose its store.</param>
internal sealed class EngineActivity(LabFixture fixture, LabHost host, string sharedNetwork, int seed, bool sharedOnly = false)
{
    private const int MostContainers = 6;
    private const int MostNetworks = 3;

    private readonly Random _random = new(seed);
    private readonly List<(string Name, string Network)> _containers = [];
    private readonly List<string> _networks = [];

    /// <summary>Commands that succeeded.</summary>
    public int Done { get; private set; }

    /// <summary>What engines said of those that did not: 20.10.5 now and then loses its store in the middle of a start.</summary>
    public List<string> Refusals { get; } = [];

    /// <param name="gate">Held while something is done; who takes it lets the engine do nothing. Null: nobody does.</param>
    public async Task RunAsync(TimeSpan time, CancellationToken token, SemaphoreSlim? gate = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < time)
        {
            await (gate?.WaitAsync(token) ?? Task.CompletedTask);
            await StepAsync(token);
            gate?.Release();
        }
    }

    /// <summary>Removes everything in two commands.</summary>
    public async Task RemoveAllAsync(CancellationToken token)
    {
        if (_containers.Count > 0)
            await TryAsync(token, ["rm", "--force", .. _containers.Select(container => container.Name)]);
        if (_networks.Count > 0)
            await TryAsync(token, ["network", "rm", .. _networks]);
        _containers.Clear();
        _networks.Clear();
    }

    private Task StepAsync(CancellationToken token) => _random.Next(10) switch
    {
        0 or 1 when _networks.Count < MostNetworks => CreateNetworkAsync(token),
        2 when _networks.Find(network => _containers.TrueForAll(container => container.Network != network)) is { } unused => RemoveNetworkAsync(unused, token),
        < 6 when _containers.Count < MostContainers => StartAsync(token),
        _ when _containers.Count > 0 => RemoveAsync(_containers[_random.Next(_containers.Count)], token),
        _ => StartAsync(token),
    };

    private async Task CreateNetworkAsync(CancellationToken token)
    {
        var name = fixture.UniqueName("busynet");
        if (await TryAsync(token, "network", "create", "--driver", "overlay", "--subnet", $"{fixture.UniqueSubnet()}", name))
            _networks.Add(name);
    }

    private async Task RemoveNetworkAsync(string name, CancellationToken token)
    {
        if (await TryAsync(token, "network", "rm", name))
            _networks.Remove(name);
    }

    private async Task StartAsync(CancellationToken token)
    {
        var (name, network) = (fixture.UniqueName("busy"), _random.Next(_networks.Count + 1) is var at && (sharedOnly || at == _networks.Count) ? sharedNetwork : _networks[at]);
        // Also after a refusal: the container was made and only could not be started.
        _containers.Add((name, network));
        await TryAsync(token, "run", "--detach", "--name", name, "--network", network, LabHost.Image);
    }

    private async Task RemoveAsync((string Name, string Network) container, CancellationToken token)
    {
        if (await TryAsync(token, "rm", "--force", container.Name))
            _containers.Remove(container);
    }

    private async Task<bool> TryAsync(CancellationToken token, params IReadOnlyList<string> arguments)
    {
        var result = await host.ExecAsync(["docker", .. arguments], token);
        if (result.ExitCode == 0)
            Done++;
        else
            Refusals.Add($"{host.Name}: docker {string.Join(' ', arguments)}: {result.Error.Trim()}");
        return result.ExitCode == 0;
    }
}
