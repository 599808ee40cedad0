using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace OverlayBridge.Engines.Watch;

/// <summary>An engine in memory: the test changes it and tells its events.</summary>
internal sealed class FakeEngine : IEngine
{
    public const string Overlay = "0eb37f9d8e37";

    private readonly Lock gate = new();
    private readonly Dictionary<string, EngineContainer> containers = [];
    private readonly Dictionary<string, int> calls = [];
    private readonly Dictionary<string, EngineNetwork> networks = new()
    {
        [Overlay] = OverlayNetwork,
        ["b1"] = new EngineNetwork("b1", "bridge", "bridge", "local", false, [], null, [], DateTimeOffset.UnixEpoch),
    };

    private readonly Dictionary<string, TaskCompletionSource> hanging = [];
    private TaskCompletionSource stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<EngineEvent>? listener;
    private bool isUp = true;
    private bool networksFail;

    public Uri Endpoint { get; } = new("unix:///fake.sock");

    public static EngineNetwork OverlayNetwork { get; } =
        new(Overlay, "appnet", "overlay", "global", false, [IPNetwork.Parse("10.60.0.0/24")], null, [], DateTimeOffset.UnixEpoch);

    public static EngineContainer Running(string id, int lastByte, params string[] aliases) => new(
        id, "name-" + id, "bb", "running", ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        [
            new EngineEndpoint(
                Overlay, "appnet", $"e{id}{lastByte}", IPAddress.Parse($"10.60.0.{lastByte}"), 24,
                new PhysicalAddress([2, 66, 10, 60, 0, (byte)lastByte]), [.. aliases]),
        ]);

    public void Set(EngineContainer container)
    {
        lock (gate)
            containers[container.Id] = container;
    }

    /// <summary>While true, networks cannot be listed, as on a legacy engine whose store hangs.</summary>
    public bool NetworksFail
    {
        get
        {
            lock (gate)
                return networksFail;
        }
        set
        {
            lock (gate)
                networksFail = value;
        }
    }

    public void SetNetwork(EngineNetwork network)
    {
        lock (gate)
            networks[network.Id] = network;
    }

    public void RemoveNetwork(string id)
    {
        lock (gate)
            networks.Remove(id);
    }

    /// <summary>How often a call was made.</summary>
    public int Calls(string call)
    {
        lock (gate)
            return calls.GetValueOrDefault(call);
    }

    public void Remove(string id)
    {
        lock (gate)
            containers.Remove(id);
    }

    public void Tell(string action, string containerId) => listener!(new EngineEvent(action, containerId, null));

    /// <summary>Inspections of this container do not answer until the returned action is called.</summary>
    public Action Hang(string id)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            hanging[id] = source;
        return source.SetResult;
    }

    public void GoDown()
    {
        lock (gate)
        {
            isUp = false;
            listener = null;
            stream.TrySetResult();
        }
    }

    public void ComeBack()
    {
        lock (gate)
        {
            isUp = true;
            stream = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public Task<EngineInfo> InfoAsync(CancellationToken token) =>
        Answer("info", () => new EngineInfo("ID", "h1", "20.10.5", "", "inactive", false));

    public Task<ImmutableArray<EngineContainer>> ContainersAsync(CancellationToken token) => Answer(
        "list",
        () => containers.Values.Select(static c => c with { Endpoints = [.. c.Endpoints.Select(static e => e with { Aliases = [] })] }).ToImmutableArray());

    public async Task<EngineContainer?> InspectAsync(string containerId, CancellationToken token)
    {
        TaskCompletionSource? wait;
        lock (gate)
            hanging.TryGetValue(containerId, out wait);
        if (wait is not null)
            await wait.Task.WaitAsync(token);
        return await Answer("inspect " + containerId, () => containers.GetValueOrDefault(containerId));
    }

    public Task<ImmutableArray<EngineNetwork>> NetworksAsync(CancellationToken token) => Answer("networks", () => networks.Values.ToImmutableArray());

    public Task<ImmutableArray<EngineMember>> MembersAsync(string network, CancellationToken token) => throw new NotSupportedException("nobody asks this engine who is on a network");

    public async Task FollowEventsAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken token)
    {
        await Answer("events", static () => true);
        Task open;
        lock (gate)
        {
            listener = happened;
            open = stream.Task;
        }
        await open.WaitAsync(token);
    }

    public Task<string> CreateNetworkAsync(NetworkSpec network, CancellationToken token) => throw new NotSupportedException();

    public Task RemoveNetworkAsync(string idOrName, CancellationToken token) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private Task<T> Answer<T>(string call, Func<T> answer)
    {
        lock (gate)
        {
            calls[call] = calls.GetValueOrDefault(call) + 1;
            return isUp && !(networksFail && call == "networks")
                ? Task.FromResult(answer())
                : Task.FromException<T>(new EngineException("Cannot reach the engine.", "It is down.", "Start it."));
        }
    }
}
