using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>
/// Endpoints by network id, then endpoint id. They come in the order of their keys, which is nearly always this one already: so a list,
/// sorted only when it is not, in which each network has its range.
/// </summary>
internal sealed class EndpointTable
{
    private readonly Dictionary<string, ArraySegment<FiledEndpoint>> _byNetwork = new(StringComparer.Ordinal);
    private readonly List<FiledEndpoint> _items = [];
    private FiledEndpoint[] _all = [];

    public ReadOnlySpan<FiledEndpoint> All => _all;

    /// <summary>Networks that have endpoint keys, in order.</summary>
    public IReadOnlyCollection<string> NetworkIds => _byNetwork.Keys;

    /// <summary>By id; none for a network without.</summary>
    public ArraySegment<FiledEndpoint> Of(string networkId) => _byNetwork.GetValueOrDefault(networkId, ArraySegment<FiledEndpoint>.Empty);

    public void Add(FiledEndpoint endpoint) => _items.Add(endpoint);

    /// <summary>To be called once, after the last one was added. Of two spellings of one key the last counts.</summary>
    public void Complete()
    {
        _all = InOrder();
        for (int first = 0, end; first < _all.Length; first = end)
        {
            string network = _all[first].NetworkId;
            for (end = first + 1; end < _all.Length && _all[end].NetworkId == network;)
                end++;
            _byNetwork.Add(network, new(_all, first, end - first));
        }
    }

    private FiledEndpoint[] InOrder()
    {
        bool ordered = true;
        for (int i = 1; i < _items.Count && ordered; i++)
            ordered = Compare(_items[i - 1], _items[i]) < 0;
        if (ordered)
            return [.. _items];
        var sorted = _items.Order(Comparer<FiledEndpoint>.Create(Compare)).ToList(); // stable
        return [.. sorted.Where((item, i) => i + 1 == sorted.Count || Compare(item, sorted[i + 1]) != 0)];
    }

    private static int Compare(FiledEndpoint a, FiledEndpoint b) =>
        !ReferenceEquals(a.NetworkId, b.NetworkId) && KeyOrder.Instance.Compare(a.NetworkId, b.NetworkId) is not 0 and var networks
            ? networks
            : a.Utf8Id.SequenceCompareTo(b.Utf8Id);
}
