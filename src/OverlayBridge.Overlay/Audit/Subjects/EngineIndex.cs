using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>A running container's endpoint on an engine that was asked.</summary>
internal sealed record LiveEndpoint(EngineFacts Engine, EngineContainerFacts Container, EngineEndpointFacts Endpoint)
{
    public string Thing => Audit.Thing.Endpoint(Endpoint.NetworkId, Endpoint.EndpointId);

    /// <summary>For messages: <c>web on tcp://10.0.0.5:2376</c>.</summary>
    public string Label => $"{Container.Name} on {Engine.Uri}";
}

/// <summary>What the asked engines say, by endpoint and by host.</summary>
internal sealed class EngineIndex
{
    private readonly Dictionary<(string NetworkId, string EndpointId), LiveEndpoint> _live = [];
    private readonly Dictionary<string, EngineFacts> _byAddress = [];
    private readonly ILookup<string, LiveEndpoint> _byNetwork;

    public EngineIndex(ImmutableArray<EngineFacts> engines)
    {
        All = engines;
        foreach (var engine in engines)
        {
            foreach (string address in engine.Addresses)
                _byAddress.TryAdd(Normal(address), engine);
            foreach (var container in engine.Containers.Where(c => c.Running))
                foreach (var endpoint in container.Endpoints.Where(e => e.EndpointId.Length > 0))
                    _live.TryAdd((endpoint.NetworkId, endpoint.EndpointId), new LiveEndpoint(engine, container, endpoint));
        }
        _byNetwork = _live.Values.ToLookup(l => l.Endpoint.NetworkId);
    }

    public ImmutableArray<EngineFacts> All { get; }

    /// <summary>Every endpoint of a running container, in the order of the engines.</summary>
    public IEnumerable<LiveEndpoint> Live => _live.Values;

    public IEnumerable<LiveEndpoint> OnNetwork(string networkId) => _byNetwork[networkId];

    public LiveEndpoint? Find(string networkId, string endpointId) => _live.GetValueOrDefault((networkId, endpointId));

    /// <summary>The engine of the host with this locator; null when it was not asked.</summary>
    public EngineFacts? OfHost(string locator) => locator.Length == 0 ? null : _byAddress.GetValueOrDefault(Normal(locator));

    // A host may be known by name too.
    private static string Normal(string address) => Cidr.TryParseAddress(address, out var ip) ? ip.ToString() : address;
}
