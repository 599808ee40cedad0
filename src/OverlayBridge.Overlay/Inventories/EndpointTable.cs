using System.Collections;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>
/// Endpoints by network id, then endpoint id. They come in the order of their keys, which is nearly always this one already: so a list,
/// sorted only when it is not.
/// </summary>
internal sealed class EndpointTable : IReadOnlyCollection<KeyValuePair<(string NetworkId, string EndpointId), Filed<EndpointRecord>>>
{
    private readonly List<KeyValuePair<(string NetworkId, string EndpointId), Filed<EndpointRecord>>> _items = [];
    private bool _ordered = true;

    public int Count => _items.Count;

    public IEnumerable<(string NetworkId, string EndpointId)> Keys => _items.Select(i => i.Key);

    public IEnumerable<Filed<EndpointRecord>> Values => _items.Select(i => i.Value);

    public void Add(string networkId, string endpointId, Filed<EndpointRecord> endpoint)
    {
        var key = (networkId, endpointId);
        _ordered = _ordered && (_items.Count == 0 || Compare(_items[^1].Key, key) < 0);
        _items.Add(new(key, endpoint));
    }

    /// <summary>To be called once, after the last one was added. Of two spellings of one key the last counts.</summary>
    public void Complete()
    {
        if (_ordered)
            return;
        var sorted = _items.OrderBy(i => i.Key, Comparer<(string, string)>.Create(Compare)).ToList(); // stable
        _items.Clear();
        for (int i = 0; i < sorted.Count; i++)
            if (i + 1 == sorted.Count || Compare(sorted[i].Key, sorted[i + 1].Key) != 0)
                _items.Add(sorted[i]);
        _ordered = true;
    }

    public IEnumerator<KeyValuePair<(string NetworkId, string EndpointId), Filed<EndpointRecord>>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int Compare((string NetworkId, string EndpointId) a, (string NetworkId, string EndpointId) b) =>
        !ReferenceEquals(a.NetworkId, b.NetworkId) && KeyOrder.Instance.Compare(a.NetworkId, b.NetworkId) is not 0 and var networks
            ? networks
            : KeyOrder.Instance.Compare(a.EndpointId, b.EndpointId);
}
