namespace OverlayBridge.Store.History;

/// <summary>
/// One object for all equal origins: a history of a hundred thousand changes by a few hundred clients holds a few hundred of them. Used by
/// the one thread that applies.
/// </summary>
internal sealed class OriginPool
{
    private const int Capacity = 4096;

    private readonly Dictionary<Origin, Origin> _known = [];
    private Origin? _last;

    public Origin Of(Origin origin)
    {
        if (ReferenceEquals(origin, _last))
            return origin;
        if (_known.TryGetValue(origin, out var known))
            return _last = known;
        if (_known.Count >= Capacity)
            _known.Clear();
        _known.Add(origin, origin);
        return _last = origin;
    }
}
