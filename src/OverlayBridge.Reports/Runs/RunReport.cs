using System.Globalization;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Runs;

/// <summary>How a run stands, in all forms.</summary>
public sealed class RunReport(RunDocument document) : IReport
{
    private const int ShownEvents = 8;

    public void WriteTable(TextWriter output, int width, bool colour) => Form.WriteTable(output, width, colour);

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.RunDocument);

    public void WriteMarkdown(TextWriter output) => Form.WriteMarkdown(output);

    public void WriteHtml(TextWriter output, ReportStamp stamp) => Form.WriteHtml(output, stamp);

    private RunForm Form => new(Title, [.. Lines()], [Stages(), Steps(), Gates(), Events()])
    {
        Picture = RunTimeline.HasAnything(document) ? new("timeline", "Timeline", page => RunTimeline.Write(page, document)) : null,
    };

    private string Title => document.Run is { } run
        ? $"Run of {run.Plan}: {run.State} since {Time(run.StateSince)}{(run.RollbackTo is { Length: > 0 } to ? $" (to stage {to})" : "")}"
        : $"{document.Store} carries out no plan, and never did.";

    private IEnumerable<RunFormLine> Lines()
    {
        if (document.Run is not { } run)
            yield break;
        if (run.Note.Length > 0)
            yield return new(run.Note, ToneOf(run.State));
        if (run.Remedy.Length > 0)
            yield return new(run.Remedy, Tone.Plain);
        yield return new($"{run.StepsDone} of {run.Steps} steps{Rest(run)}; started by {run.By} at {Time(run.Started)}", Tone.Plain, (run.StepsDone, run.Steps));
        if (document.Executor is { } executor)
        {
            yield return run.State is "running" or "rolling-back" or "paused" && executor.Silent
                ? new($"no word from the executor on {executor.Node} since {Time(executor.At)}: does a control node lead ('overlaybridge cluster status')?", Tone.Bad)
                : new RunFormLine($"{executor.Node}: {executor.Doing}", Tone.Plain);
            foreach (var one in executor.WaitsFor)
                yield return new($"waits for {one}", Tone.Warning);
        }
        else
            yield return new("no control node has taken it up yet", Tone.Warning);
        if (document.Webhooks is { Lost: > 0 } hooks)
            yield return new(string.Create(CultureInfo.InvariantCulture, $"webhooks missed {hooks.Lost} events, the last one because {hooks.Fault}"), Tone.Warning);
    }

    private static string Rest(RunLine run) => run.ExpectedSeconds is { } seconds
        ? $", about {Duration(TimeSpan.FromSeconds(seconds))} of the hosts' work to go{(run.ExpectedEnd is { } end ? $" (to {Time(end)})" : "")}"
        : "";

    private RunSection Stages() => new(
        "Stages", [("Stage", ColumnKind.Whole), ("State", ColumnKind.Whole), ("Steps", ColumnKind.Number), ("Begun", ColumnKind.Whole), ("Took", ColumnKind.Number), ("Hosts", ColumnKind.Flexible)],
        [.. document.Stages.Select(static stage => new RunRow(
            stage.State is "done" ? Tone.Good : stage.State is "begun" ? Tone.Heading : Tone.Faint, 1, stage.Name, stage.State, $"{stage.StepsDone}/{stage.Steps}",
            stage.Begun is { } begun ? Time(begun) : "–", stage is { Begun: { } from, Ended: { } to } ? Duration(to - from) : "–",
            stage.Hosts.IsEmpty ? "–" : string.Join(", ", stage.Hosts)))]);

    /// <summary>What hosts are at, and what failed: what is done is in the stages' counts.</summary>
    private RunSection Steps() => new(
        "Hosts at work, and what failed or was left out",
        [("Host", ColumnKind.Whole), ("Step", ColumnKind.Flexible), ("State", ColumnKind.Whole), ("For", ColumnKind.Number), ("What", ColumnKind.Sentence)],
        [.. document.Steps.Where(static step => step.State is "asked" or "failed" or "skipped").Select(static step => new RunRow(
            step.State == "failed" ? Tone.Bad : step.State == "skipped" ? Tone.Warning : Tone.Plain, 2, step.Host, $"{(step.Undo ? "undo of " : "")}{step.Step}",
            step.Attempt > 1 ? $"{step.State} ({step.Attempt})" : step.State, Duration(TimeSpan.FromMilliseconds(step.Milliseconds)), step.Cause.Length > 0 ? step.Cause : step.Activity))]);

    private RunSection Gates() => new(
        "Gates", [("Stage", ColumnKind.Whole), ("Gate", ColumnKind.Whole), ("State", ColumnKind.Whole), ("Tries", ColumnKind.Number), ("Failed", ColumnKind.Number), ("What was seen", ColumnKind.Sentence)],
        [.. from stage in document.Stages
            from gate in stage.Gates
            where gate.State != "pending" || gate.Tries is not null
            select new RunRow(
                gate.State switch { "passed" => Tone.Good, "failed" => Tone.Bad, "pending" => Tone.Plain, _ => Tone.Warning }, 2, stage.Name, gate.Name, gate.State,
                Number(gate.Tries), Number(gate.Failures), gate.Detail)]);

    private RunSection Events() => new(
        "Latest events", [("Event", ColumnKind.Flexible)],
        [.. document.Events.TakeLast(ShownEvents).Select(static one => new RunRow(one.Kind.EndsWith("failed", StringComparison.Ordinal) ? Tone.Bad : Tone.Plain, 0, $"{Time(one.At)}  {one.Text}"))]);

    private static string Number(long? number) => number is { } known ? known.ToString(CultureInfo.InvariantCulture) : "–";

    internal static string Duration(TimeSpan time) => time.TotalMinutes < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0} s")
        : time.TotalHours < 2
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h");

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Tone ToneOf(string state) => state switch { "paused" => Tone.Warning, "done" or "retired" => Tone.Good, _ => Tone.Plain };
}
