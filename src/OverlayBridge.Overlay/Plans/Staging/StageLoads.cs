namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>How many replicas of each set are away in each stage.</summary>
internal sealed class StageLoads(int[] allowed)
{
    private readonly List<int[]> _away = [];

    public int Away(int stage, int set) => stage < _away.Count ? _away[stage][set] : 0;

    public bool Fits(int stage, (int Set, int Count)[] loads)
    {
        if (stage >= _away.Count)
            return true;
        var away = _away[stage];
        foreach (var (set, count) in loads)
            if (away[set] + count > allowed[set])
                return false;
        return true;
    }

    public void Add(int stage, (int Set, int Count)[] loads, int sign = 1)
    {
        while (_away.Count <= stage)
            _away.Add(new int[allowed.Length]);
        foreach (var (set, count) in loads)
            _away[stage][set] += sign * count;
    }
}
