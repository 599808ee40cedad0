using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>One attempt at a step: what is asked, and where it tells how it gets on.</summary>
/// <param name="reports">Is told of every change of state, activity or changes.</param>
/// <param name="changes">What earlier lives of the agent changed in this attempt.</param>
internal sealed class StepRun(HostTaskRecord task, StepContent content, IReadOnlyList<string> changes, Action<StepRun> reports)
{
    private readonly List<string> done = [.. changes];

    public StepContent Content { get; } = content;

    public bool Undo => task.Undo;

    public bool DryRun => task.DryRun;

    public PassingFailures Passing { get; } = new();

    public HostTaskState State { get; private set; } = HostTaskState.Checking;

    public string Activity { get; private set; } = "";

    /// <summary>A line each, in order.</summary>
    public IReadOnlyList<string> Changes => done;

    /// <summary>Says what is looked at.</summary>
    public void Checking(string activity) => Tell(HostTaskState.Checking, activity);

    /// <summary>Says what is waited for, or begun, while things are changed.</summary>
    public void Acting(string activity) => Tell(HostTaskState.Acting, activity);

    public void Verifying(string activity) => Tell(HostTaskState.Verifying, activity);

    /// <summary>Notes a change before it is made, so that one that is interrupted is in the list too; the same again, after an interruption, is noted once.</summary>
    public void Change(string change)
    {
        if (!done.Contains(change))
            done.Add(change);
        Tell(HostTaskState.Acting, change);
    }

    private void Tell(HostTaskState state, string activity)
    {
        State = state;
        Activity = activity;
        reports(this);
    }
}
