using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Composes;

/// <summary>A check or an override in all forms. The plain form of an override is the file itself.</summary>
public sealed class ComposeReport(ComposeDocument document) : IReport
{
    private const int Indent = 2;

    private string Title => document.Command == ComposeDocument.Override
        ? $"Override for '{document.Project}'"
        : $"Check of '{document.Project}'";

    private string Verdict => document.Findings.Length == 0
        ? "Nothing found that the transition would break."
        : $"{Count("error")}, {Count("warning")}, {Wording.Count(Number("info"), "remark")}.";

    private string Read => string.Create(
        CultureInfo.InvariantCulture,
        $"{Wording.Count(document.Services.Length, "service")} of {string.Join(", ", document.Files)}, read by {document.ReadBy}, {(document.Store is null ? "compared with no store" : $"compared with {document.Store}")}.");

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        if (document.Yaml is not null)
        {
            output.Write(document.Yaml);
            return;
        }

        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        report.Line(Verdict);
        report.Line(Read, Tone.Faint);
        foreach (var note in Notes())
            report.Line(note, Tone.Faint);
        foreach (var finding in document.Findings)
        {
            report.Heading(string.Create(CultureInfo.InvariantCulture, $"{finding.File}:{finding.Line}:{finding.Column}"));
            report.Line($"{finding.Severity} {finding.Rule} {finding.Name}: {finding.Message}", ToneOf(finding), Indent);
            report.Line($"why: {finding.Cause}", indent: 2 * Indent);
            report.Line($"fix: {finding.Repair}", indent: 2 * Indent);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.ComposeDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Line(MarkdownWriter.Prose($"{Verdict} {Read}"));
        foreach (var note in Notes())
            markdown.Line($"\n{MarkdownWriter.Prose(note)}");
        foreach (var finding in document.Findings)
        {
            markdown.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"- **{finding.Severity} {finding.Rule} {finding.Name}** {MarkdownWriter.Code($"{finding.File}:{finding.Line}:{finding.Column}")}: {MarkdownWriter.Prose(finding.Message)}"));
            markdown.Line($"  {MarkdownWriter.Prose(finding.Cause)} {MarkdownWriter.Prose(finding.Repair)}");
        }

        if (document.Yaml is not { } yaml)
            return;
        markdown.Heading(3, "The file");
        var fence = yaml.Contains("```", StringComparison.Ordinal) ? "~~~~" : "```";
        markdown.Line($"{fence}yaml\n{string.Concat(yaml.Split('\n')[..^1].Select(static line => $"{ControlCharacters.Escape(line)}\n"))}{fence}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, Title, $"{Verdict} {Read}", stamp,
        page =>
        {
            foreach (var note in Notes())
                page.Element("p", note, "class", "sub").Line();
        },
        document.Yaml is { } yaml
            ? [new("findings", "Findings", WriteFindings), new("file", "The file", page => page.Element("pre", yaml).Line())]
            : [new("findings", "Findings", WriteFindings)]);

    private void WriteFindings(HtmlWriter page)
    {
        if (document.Findings.IsEmpty)
        {
            page.Element("p", "None.").Line();
            return;
        }

        HtmlTable.Write(
            page, "Findings",
            [("Place", HtmlColumn.Text), ("Rule", HtmlColumn.Text), ("What is wrong", HtmlColumn.Wrapped), ("Why", HtmlColumn.Wrapped), ("What to do", HtmlColumn.Wrapped)],
            document.Findings.Select(finding => (IReadOnlyList<Action<HtmlWriter>>)
            [
                HtmlTable.Code(string.Create(CultureInfo.InvariantCulture, $"{finding.File}:{finding.Line}:{finding.Column}")),
                HtmlTable.Plain($"{finding.Severity} {finding.Rule} {finding.Name}"), HtmlTable.Plain(finding.Message), HtmlTable.Plain(finding.Cause),
                HtmlTable.Plain(finding.Repair),
            ]));
    }

    private IEnumerable<string> Notes()
    {
        foreach (var network in document.Networks)
            yield return $"Shared network {network.Name}{(network.Subnet is { } subnet ? $", {subnet}" : "")}{(network.Fence is { } fence ? $", of which swarm gives out {fence}" : "")}: {string.Join(", ", network.Services.DefaultIfEmpty("no service"))}.";
        if (!document.Inactive.IsEmpty)
            yield return $"Not looked at, for no profile in use starts them: {string.Join(", ", document.Inactive)}.";
        foreach (var note in document.Notes)
            yield return note;
    }

    private int Number(string severity) => document.Findings.Count(finding => finding.Severity == severity);

    private string Count(string severity) => Wording.Count(Number(severity), severity);

    private static Tone ToneOf(ComposeFindingLine finding) => finding.Severity switch { "error" => Tone.Bad, "warning" => Tone.Warning, _ => Tone.Plain };
}
