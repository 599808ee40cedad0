using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Runs;

/// <summary>Whether anything of the bridge is left, in all forms.</summary>
public sealed class RetiredReport(RetiredDocument document) : IReport
{
    public void WriteTable(TextWriter output, int width, bool colour) => Form.WriteTable(output, width, colour);

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.RetiredDocument);

    public void WriteMarkdown(TextWriter output) => Form.WriteMarkdown(output);

    public void WriteHtml(TextWriter output, ReportStamp stamp) => Form.WriteHtml(output, stamp);

    private RunForm Form => new(
        document.Clean ? "Nothing of the bridge is left: plain swarm carries the applications." : "Something of the bridge, or of the legacy store, is left.",
        [],
        [
            new RunSection(
                "What was looked at", [("Where", ColumnKind.Flexible), ("", ColumnKind.Whole), ("What was seen", ColumnKind.Sentence)],
                [.. document.Checks.Select(static check => new RunRow(ToneOf(check.Verdict), 1, check.Subject, check.Verdict, check.Text))]),
            new RunSection(
                "What to do", [("Step", ColumnKind.Flexible)],
                [.. document.Checks.Where(static check => check.Remedy.Length > 0).Select(static check => new RunRow(Tone.Plain, 0, $"{check.Subject}: {check.Text}. {check.Remedy}"))]),
        ]);

    private static Tone ToneOf(string verdict) => verdict switch { "problem" => Tone.Bad, "note" => Tone.Warning, _ => Tone.Good };
}
