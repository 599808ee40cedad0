namespace OverlayBridge.Overlay.Diff;

/// <summary>How many changes of each action.</summary>
public sealed record DiffSummary(int Added, int Changed, int Removed)
{
    /// <summary>Counts actions.</summary>
    public static DiffSummary Of(IEnumerable<ChangeAction> actions)
    {
        var counts = actions.CountBy(action => action).ToDictionary();
        return new(counts.GetValueOrDefault(ChangeAction.Added), counts.GetValueOrDefault(ChangeAction.Changed),
            counts.GetValueOrDefault(ChangeAction.Removed));
    }
}
