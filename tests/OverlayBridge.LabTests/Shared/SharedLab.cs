using System.Net;
using System.Text.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;

namespace OverlayBridge.LabTests.Shared;

/// <summary>A legacy network that was exposed by the command, with a control node and an agent on every host; what a test does on it goes with it.</summary>
internal sealed class SharedLab : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly LabFixture _fixture;
    private readonly List<LabContainer> _containers = [];

    private SharedLab(LabFixture fixture, string name)
    {
        _fixture = fixture;
        Name = name;
        Bridge = new(fixture.Lab, name);
    }

    public string Name { get; }

    public string LegacyId { get; private set; } = "";

    public BridgeLab Bridge { get; }

    public LabHost Manager => _fixture.Lab.SwarmHosts[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes the network, its agents and its import; nothing is exposed yet.</summary>
    public static async Task<SharedLab> StartAsync(LabFixture fixture, params IReadOnlyList<IPNetwork> subnets)
    {
        await Task.WhenAll(fixture.Lab.LegacyHosts.Select(host => host.Engine.CureAsync(Cancel)));
        var shared = new SharedLab(fixture, fixture.UniqueName("shared"));
        try
        {
            shared.LegacyId = await fixture.Lab.LegacyHosts[0].DockerAsync(
                ["network", "create", "--driver", "overlay", .. subnets.SelectMany(subnet => new[] { "--subnet", $"{subnet}" }), shared.Name], Cancel);
            await shared.Bridge.StartControlAsync();
            foreach (var host in fixture.Lab.Hosts)
                await shared.Bridge.StartAgentAsync(host);
            await shared.Bridge.StartFollowAsync();
            return shared;
        }
        catch
        {
            await shared.DisposeAsync();
            throw;
        }
    }

    public async Task<LabContainer> RunAsync(LabHost host, params IReadOnlyList<string> options)
    {
        var container = await host.RunAsync(_fixture.UniqueName("box"), Name, Cancel, options);
        _containers.Add(container);
        return container;
    }

    public async Task RemoveAsync(LabContainer container)
    {
        await container.RemoveAsync(Cancel);
        _containers.Remove(container);
    }

    /// <summary>Runs a command of overlaybridge at the manager.</summary>
    public Task<ExecResult> CommandAsync(params IReadOnlyList<string> arguments) => BridgeLab.RunAsync(Manager, [.. arguments, "--store", Bridge.Bridge]);

    public async Task<JsonElement> ExposeAsync(params IReadOnlyList<string> options)
    {
        var output = await Wait.UntilSuccessAsync(() => CommandAsync(["network", "expose", Name, "-o", "json", .. options]), Limit, "expose", Cancel);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Swarm tells that a network is free a moment after its last container.</summary>
    public Task UnexposeAsync() => Wait.UntilSuccessAsync(() => CommandAsync("network", "unexpose", Name), Limit, "unexpose", Cancel);

    /// <summary>Checks until the outcome is as wanted; gives the last report.</summary>
    public async Task<JsonElement> CheckAsync(Func<JsonElement, bool> wanted)
    {
        var last = "";
        try
        {
            return (await Wait.ForAsync(
                async () =>
                {
                    var check = await CommandAsync("network", "check", Name, "-o", "json");
                    Assert.True(check.ExitCode is 0 or 2, $"{check.Output}{check.Error}");
                    last = check.Output;
                    var report = JsonDocument.Parse(check.Output).RootElement;
                    Assert.Equal(report.GetProperty("findings").GetArrayLength() == 0 ? 0 : 2, check.ExitCode);
                    return wanted(report) ? (object)report : null;
                },
                Limit, "the outcome of the check", Cancel)) is JsonElement found ? found : default;
        }
        catch (Lab.LabException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{last}", e);
        }
    }

    /// <summary>Every container reaches every one on another host by TCP.</summary>
    public async Task AllReachAsync(IReadOnlyList<(LabContainer Container, IPAddress Address)> containers)
    {
        foreach (var from in containers)
            foreach (var to in containers.Where(to => to.Container.Host != from.Container.Host))
                await ReachAsync(from.Container, to.Container, to.Address);
    }

    public async Task ReachAsync(LabContainer from, LabContainer to, IPAddress address)
    {
        try
        {
            await Wait.UntilAsync(
                async () => (await from.ExecAsync(Cancel, "curl", "-s", "--max-time", "1", $"http://{address}/")).Output.Trim() == to.Name,
                Limit, $"answer of {to.Name} on {to.Host.Name} to {from.Name} on {from.Host.Name}", Cancel);
        }
        catch (Lab.LabException e)
        {
            throw new Lab.LabException(e.Message, await Silence.EvidenceAsync(from, $"{address}", Name, [from.Host, to.Host]), "Compare what the hosts have.", e);
        }
    }

    /// <summary>The bitmap of a subnet in Consul.</summary>
    public async Task<BitSequence> BitsAsync(IPNetwork subnet)
    {
        using var consul = _fixture.Lab.Consul!.CreateClient();
        return RecordFormats.Bitmap.Read(Key(subnet), [.. await consul.GetByteArrayAsync($"/v1/kv/{Key(subnet)}?raw", Cancel)]).Value.Sequence;
    }

    /// <summary>Clears bits of the bitmap in Consul, as an operator who restores an old one.</summary>
    public async Task ClearAsync(IPNetwork subnet, ulong first, ulong last)
    {
        using var consul = _fixture.Lab.Consul!.CreateClient();
        var bitmap = RecordFormats.Bitmap.Read(Key(subnet), [.. await consul.GetByteArrayAsync($"/v1/kv/{Key(subnet)}?raw", Cancel)]);
        var cleared = bitmap.With(bitmap.Value with { Sequence = bitmap.Value.Sequence.Clear(first, last) });
        using var answer = await consul.PutAsync($"/v1/kv/{Key(subnet)}", new ByteArrayContent([.. cleared.Bytes]), Cancel);
        answer.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        var none = CancellationToken.None;
        await Task.WhenAll(_containers.Select(container => container.Host.ExecAsync(["docker", "rm", "--force", container.Id], none)));
        foreach (var host in _fixture.Lab.Hosts)
            await host.RemoveContainersAsync(Name, none); // those of a test that failed
        await Bridge.DisposeAsync();
        await Manager.ExecAsync(["docker", "network", "rm", Name], none); // where the test failed before unexpose
        await Wait.UntilAsync(
            async () => (await _fixture.Lab.LegacyHosts[0].ExecAsync(["docker", "network", "rm", Name], none)) is var removed && (removed.ExitCode == 0 || removed.Error.Contains("not found", StringComparison.OrdinalIgnoreCase)),
            Limit, $"removal of {Name}", none);
    });

    private static string Key(IPNetwork subnet) => $"docker/network/v1.0/ipam/default/data/GlobalDefault/{subnet}/";
}
