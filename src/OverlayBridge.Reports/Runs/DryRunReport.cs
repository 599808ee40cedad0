using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Runs;

/// <summary>What a run would do, in all forms.</summary>
public sealed class DryRunReport(DryRunDocument document) : IReport
{
    public void WriteTable(TextWriter output, int width, bool colour) => Form.WriteTable(output, width, colour);

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.DryRunDocument);

    public void WriteMarkdown(TextWriter output) => Form.WriteMarkdown(output);

    public void WriteHtml(TextWriter output, ReportStamp stamp) => Form.WriteHtml(output, stamp);

    private RunForm Form => new(Title, [.. Lines()], [.. document.Stages.SelectMany(Sections)]);

    private int Refused => document.Stages.Sum(static stage => stage.Steps.Count(static step => step.State == "refused"));

    private string Title => !document.Fits ? $"Plan {document.Plan} does not fit the world as it is; nothing was changed."
        : Refused > 0 ? $"Plan {document.Plan} cannot be carried out like this; nothing was changed."
        : $"Plan {document.Plan} would be carried out like this; nothing was changed.";

    private IEnumerable<RunFormLine> Lines()
    {
        foreach (var misfit in document.Misfits)
            yield return new(misfit, Tone.Bad);
        if (document.End.Length > 0)
            yield return new(document.End, Tone.Plain);
    }

    private static IEnumerable<RunSection> Sections(DryStage stage)
    {
        yield return new RunSection($"Stage {stage.Name}, in this order", [("Change", ColumnKind.Flexible)], [.. stage.Steps.SelectMany(Rows)]);
        yield return new RunSection(
            $"After stage {stage.Name}", [("What", ColumnKind.Flexible), ("Before", ColumnKind.Sentence), ("After", ColumnKind.Sentence)],
            [.. stage.Differences.Select(static difference => new RunRow(Tone.Plain, 0, difference.Subject, difference.Before, difference.After))]);
    }

    private static IEnumerable<RunRow> Rows(DryStep step)
    {
        yield return new(step.State == "refused" ? Tone.Bad : Tone.Plain, 0, $"{step.Host}: {step.Step}{(step.Source == "model" ? " (from the plan alone)" : "")}{(step.State == "refused" ? $", refused: {step.Cause} {step.Remedy}" : "")}");
        foreach (var change in step.Changes)
            yield return new(Tone.Plain, 0, $"    {change}");
    }
}
