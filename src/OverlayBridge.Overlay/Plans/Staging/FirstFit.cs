namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>The greedy way: each item, in some order, goes into the earliest stage that takes it.</summary>
internal static class FirstFit
{
    /// <param name="priority">Of items that may be next, the one with the highest goes first, then that with the lowest number.</param>
    /// <returns>Stage of each item, from 0.</returns>
    public static int[] Place(StagingModel model, IReadOnlyList<double> priority)
    {
        var stage = new int[model.Count];
        Array.Fill(stage, -1);
        var waits = model.Before.Select(static before => before.Length).ToArray();
        var ready = new PriorityQueue<int, (double Priority, int Item)>();
        for (var item = 0; item < model.Count; item++)
            if (waits[item] == 0)
                ready.Enqueue(item, (-priority[item], item));
        var stages = new StageLoads(model.Allowed);
        while (ready.TryDequeue(out var item, out _))
        {
            var at = model.Before[item].Select(before => stage[before.Item] + before.Gap).DefaultIfEmpty(0).Max();
            while (!stages.Fits(at, model.Loads[item]) || model.Apart[item].Any(other => stage[other] == at))
                at++;
            stage[item] = at;
            stages.Add(at, model.Loads[item]);
            foreach (var (next, _) in model.After[item])
                if (--waits[next] == 0)
                    ready.Enqueue(next, (-priority[next], next));
        }

        return stage;
    }
}
