using System.Globalization;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Runs;

/// <summary>What becomes of a plan when something goes wrong, in all forms.</summary>
public sealed class SimulationReport(SimulationDocument document) : IReport
{
    public void WriteTable(TextWriter output, int width, bool colour) => Form.WriteTable(output, width, colour);

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.SimulationDocument);

    public void WriteMarkdown(TextWriter output) => Form.WriteMarkdown(output);

    public void WriteHtml(TextWriter output, ReportStamp stamp) => Form.WriteHtml(output, stamp);

    private RunForm Form => new(
        document.Dangers == 0
            ? $"Plan {document.Plan}: every fault that was played has a way on and a way back."
            : string.Create(CultureInfo.InvariantCulture, $"Plan {document.Plan}: {document.Dangers} of {document.Played} faults leave no way on, or none back."),
        [.. Lines()],
        [
            new RunSection(
                "Faults",
                [("Host", ColumnKind.Whole), ("Step", ColumnKind.Flexible), ("Fault", ColumnKind.Whole), ("On", ColumnKind.Whole), ("Back", ColumnKind.Whole), ("What the run does", ColumnKind.Sentence)],
                [.. document.Cases.Select(static one => new RunRow(
                    one.GoesOn && one.GoesBack ? Tone.Plain : Tone.Bad, 2, one.Host, one.Step, one.Fault, one.GoesOn ? "yes" : "no", one.GoesBack ? "yes" : "no",
                    one.Down.IsEmpty ? one.Here : $"{one.Here} ({string.Join("; ", one.Down)})"))]),
        ]);

    private IEnumerable<RunFormLine> Lines()
    {
        yield return new($"without a fault it ends {document.State} after {RunReport.Duration(TimeSpan.FromSeconds(document.Seconds))} in the model{(document.Note.Length > 0 ? $": {document.Note}" : "")}",
            document.State is "done" or "retired" ? Tone.Good : Tone.Bad);
        yield return new(
            document.Played == document.Possible
                ? string.Create(CultureInfo.InvariantCulture, $"{document.Played} faults were played, each at its first attempt, without and with a person who looks after the host")
                : string.Create(CultureInfo.InvariantCulture, $"{document.Played} of {document.Possible} faults were played, spread evenly; choose others with --fail"), Tone.Plain);
    }
}
