using System.Collections.Immutable;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Repairs;

/// <summary>Words for a repair that several forms share.</summary>
internal static class RepairWords
{
    public static string Verdict(RepairDocument document)
    {
        var writes = document.Steps.Where(s => s.Result is RepairState.Planned or RepairState.Done).Sum(s => s.Writes.Length);
        var failed = document.Steps.Count(s => s.Result == RepairState.Failed);
        var left = document.Refused.IsEmpty ? "" : $" {Wording.Count(document.Refused.Length, "fault")} left alone.";
        return (document.Applied, document.Steps.IsEmpty) switch
        {
            (_, true) => $"Nothing to repair.{left}",
            (false, _) => $"Nothing was written. A repair would make {Wording.Count(writes, "write")} in {Wording.Count(document.Steps.Length, "step")}; give --apply to make them.{left}",
            (true, _) when failed > 0 => $"Not everything could be repaired: {Wording.Count(writes, "write")} made, {Wording.Count(failed, "step")} failed.{left}",
            (true, _) => $"Repaired: {Wording.Count(writes, "write")} in {Wording.Count(document.Steps.Length, "step")}, read again and found mended.{left}",
        };
    }

    public static Tone ToneOf(RepairState state) => state switch
    {
        RepairState.Done => Tone.Good,
        RepairState.Failed => Tone.Bad,
        RepairState.Gone => Tone.Faint,
        _ => Tone.Warning,
    };

    public static string Name(RepairState state) => state switch
    {
        RepairState.Planned => "planned",
        RepairState.Done => "done",
        RepairState.Gone => "not needed any more",
        RepairState.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "unknown result"),
    };

    /// <summary>Where the network is one, its name.</summary>
    public static string? NetworkOf(RepairStepView step) => step.Network is { } network ? Wording.NameOr(network.Name, network.Id) : null;

    /// <summary>What is said beside the steps: the backup, lost races, notes.</summary>
    public static ImmutableArray<string> Remarks(RepairDocument document) =>
    [
        .. document.Backup is { } backup ? [$"The store as it was before is in {backup}."] : (string[])[],
        .. document.Conflicts > 0 ? [$"Somebody else changed a key first {Wording.Count(document.Conflicts, "time")}; the repair was planned anew each time."] : (string[])[],
        .. document.Notes,
    ];
}
