using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>What the store asks of this host, by step.</summary>
internal sealed record KnownTasks(ImmutableSortedDictionary<string, HostTaskRecord> Tasks, ImmutableSortedDictionary<string, HostTaskReport> Reports);

/// <summary>Which task is the next. Pure.</summary>
internal static class TaskChoice
{
    /// <param name="known">Null: the store has not been heard of yet.</param>
    /// <param name="begun">What an earlier life, or an interruption, left unfinished.</param>
    /// <param name="reports">The host's own, newer than those in the store.</param>
    /// <returns>Null: there is nothing to do.</returns>
    public static HostTaskRecord? Next(KnownTasks? known, BegunTask? begun, ImmutableSortedDictionary<string, HostTaskReport> reports)
    {
        if (known is null)
            return begun?.Task;
        if (begun is not null && known.Tasks.GetValueOrDefault(begun.Task.Step) is { } asked && IsSame(asked, begun.Task) && !IsEnded(asked, reports))
            return asked;
        return known.Tasks.Values.Where(task => !IsEnded(task, reports))
            .OrderBy(static task => task.Asked).ThenBy(static task => task.Step, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Whether the attempt that is at work is still wanted.</summary>
    public static bool IsWanted(KnownTasks? known, HostTaskRecord atWork) =>
        known is null || (known.Tasks.GetValueOrDefault(atWork.Step) is { } asked && IsSame(asked, atWork));

    /// <summary>Whether the store has the end of a task, or does not ask for it any more.</summary>
    public static bool IsOver(KnownTasks known, HostTaskRecord task) => !IsWanted(known, task) || IsEnded(task, known.Reports);

    public static bool IsSame(HostTaskRecord a, HostTaskRecord b) => a.Run == b.Run && a.Step == b.Step && a.Attempt == b.Attempt && a.Undo == b.Undo && a.DryRun == b.DryRun;

    private static bool IsEnded(HostTaskRecord task, ImmutableSortedDictionary<string, HostTaskReport> reports) =>
        reports.GetValueOrDefault(task.Step) is { State: HostTaskState.Done or HostTaskState.Failed } report &&
        report.Run == task.Run && report.Attempt == task.Attempt && report.Undo == task.Undo;
}
