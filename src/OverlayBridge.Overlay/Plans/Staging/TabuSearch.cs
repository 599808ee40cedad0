namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>
/// Looks for stages of a given number: begins with some that break demands, and moves items that take part in breaking them, always the best
/// move, never soon back (after Hertz and de Werra's search for colourings, with loads and an order added). Deterministic.
/// </summary>
internal sealed class TabuSearch
{
    private readonly StagingModel _model;
    private readonly int[] _stage;
    private readonly int[][] _away;
    private readonly (int Least, int Most)[] _window;
    private readonly int[][] _until;
    private readonly Random _random;

    private TabuSearch(StagingModel model, int stages, int[] start, int seed)
    {
        (_model, _random) = (model, new Random(seed));
        _away = [.. Enumerable.Range(0, stages).Select(_ => new int[model.Allowed.Length])];
        _until = [.. Enumerable.Range(0, model.Count).Select(_ => new int[stages])];
        _window = Windows(model, stages);
        _stage = new int[model.Count];
        for (var item = 0; item < model.Count; item++)
        {
            _stage[item] = Math.Clamp(start[item] < stages ? start[item] : _random.Next(stages), _window[item].Least, _window[item].Most);
            foreach (var (set, count) in model.Loads[item])
                _away[_stage[item]][set] += count;
        }
    }

    /// <param name="start">Stages to begin with; those from <paramref name="stages"/> on are dealt out anew.</param>
    /// <param name="steps">Moves after which the search gives up.</param>
    /// <returns>Stage of each item; null when none was found.</returns>
    public static int[]? Find(StagingModel model, int stages, int[] start, int seed, int steps, CancellationToken token)
    {
        if (Windows(model, stages).Any(static window => window.Least > window.Most))
            return null;
        return new TabuSearch(model, stages, start, seed).Run(steps, token);
    }

    private static (int Least, int Most)[] Windows(StagingModel model, int stages)
    {
        var windows = new (int Least, int Most)[model.Count];
        for (var item = 0; item < model.Count; item++)
            windows[item].Least = model.Before[item].Select(before => windows[before.Item].Least + before.Gap).DefaultIfEmpty(0).Max();
        for (var item = model.Count - 1; item >= 0; item--)
            windows[item].Most = model.After[item].Select(after => windows[after.Item].Most - after.Gap).DefaultIfEmpty(stages - 1).Min();
        return windows;
    }

    private int[]? Run(int steps, CancellationToken token)
    {
        var broken = Enumerable.Range(0, _model.Count).Sum(item => Order(item, _stage[item]) + Neighbours(item, _stage[item])) / 2 + Overload();
        var best = broken;
        for (var step = 1; broken > 0; step++)
        {
            token.ThrowIfCancellationRequested();
            if (step > steps)
                return null;
            var (item, to, change) = Choose(step, broken, best);
            if (item < 0)
                return null;
            Move(item, to, step);
            broken += change;
            best = Math.Min(best, broken);
        }

        return _stage;
    }

    // The best move of an item that takes part in something broken; of equal ones any. Forbidden ones only if they lead below all before.
    private (int Item, int To, int Change) Choose(int step, int broken, int best)
    {
        var (chosen, equal) = ((Item: -1, To: 0, Change: int.MaxValue), 0);
        foreach (var item in Involved())
        {
            var leave = Cost(item, _stage[item], here: true);
            for (var to = _window[item].Least; to <= _window[item].Most; to++)
            {
                if (to == _stage[item])
                    continue;
                var change = Cost(item, to, here: false) - leave;
                if (change > chosen.Change || (_until[item][to] > step && broken + change >= best))
                    continue;
                equal = change < chosen.Change ? 1 : equal + 1;
                if (equal == 1 || _random.Next(equal) == 0)
                    chosen = (item, to, change);
            }
        }

        return chosen;
    }

    private void Move(int item, int to, int step)
    {
        var from = _stage[item];
        foreach (var (set, count) in _model.Loads[item])
        {
            _away[from][set] -= count;
            _away[to][set] += count;
        }

        _stage[item] = to;
        _until[item][from] = step + 8 + _random.Next(10);
    }

    private IEnumerable<int> Involved()
    {
        for (var item = 0; item < _model.Count; item++)
            if (_window[item].Least < _window[item].Most && Cost(item, _stage[item], here: true) > 0)
                yield return item;
    }

    /// <summary>What is broken because the item is in a stage, whether it is there (<paramref name="here"/>) or would be.</summary>
    private int Cost(int item, int stage, bool here)
    {
        var cost = Order(item, stage) + Neighbours(item, stage);
        var away = _away[stage];
        foreach (var (set, count) in _model.Loads[item])
        {
            var with = away[set] + (here ? 0 : count);
            cost += Math.Max(0, with - _model.Allowed[set]) - Math.Max(0, with - count - _model.Allowed[set]);
        }

        return cost;
    }

    private int Neighbours(int item, int stage)
    {
        var shared = 0;
        foreach (var other in _model.Apart[item])
            shared += _stage[other] == stage ? 1 : 0;
        return shared;
    }

    private int Order(int item, int stage)
    {
        var wrong = 0;
        foreach (var (before, gap) in _model.Before[item])
            wrong += _stage[before] + gap > stage ? 1 : 0;
        foreach (var (after, gap) in _model.After[item])
            wrong += stage + gap > _stage[after] ? 1 : 0;
        return wrong;
    }

    private int Overload()
    {
        var over = 0;
        foreach (var away in _away)
            for (var set = 0; set < away.Length; set++)
                over += Math.Max(0, away[set] - _model.Allowed[set]);
        return over;
    }
}
