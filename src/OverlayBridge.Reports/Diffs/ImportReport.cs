using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Diffs;

/// <summary>An import, done or only planned, in all its forms.</summary>
/// <param name="diff">From the target as it was to the source.</param>
public sealed class ImportReport(StateDiff diff, ImportFacts facts) : IReport
{
    private readonly ImportDocument _document = ImportDocument.Of(diff, facts);
    private readonly ChangeCounts _changes = ChangeCounts.Of(diff.Changes);

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading($"Import of {_document.To}");
        report.Line($"into      {_document.From}", Tone.Heading);
        report.Line(Verdict, ToneOfVerdict);
        foreach (var note in _document.Notes)
            report.Line($"Note: {note}", Tone.Warning);
        DiffBody.Write(report, _changes.Listed);
        DiffBody.Write(report, _changes.Counted);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, _document, ReportJson.Default.ImportDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, $"Import of {MarkdownWriter.Code(_document.To)} into {MarkdownWriter.Code(_document.From)}");
        markdown.Line(MarkdownWriter.Prose(Verdict));
        foreach (var note in _document.Notes)
            markdown.Line($"\nNote: {MarkdownWriter.Prose(note)}");
        DiffBody.Write(markdown, _changes.Listed);
        DiffBody.Write(markdown, _changes.Counted);
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Import", $"Of {_document.To} into {_document.From}", stamp,
        page => DiffReport.WriteOverview(page, _document.Summary, Verdict, _document.Notes),
        [.. DiffBody.Sections(_changes.Listed), .. DiffBody.Sections(_changes.Counted)]);

    private Tone ToneOfVerdict => facts.Result switch
    {
        ImportResult.Held => Tone.Bad,
        ImportResult.Planned => Tone.Plain,
        _ => Tone.Good,
    };

    private string Verdict => facts.Result switch
    {
        ImportResult.Unchanged => "Nothing to do: the target holds everything already.",
        ImportResult.Planned => $"Dry run, nothing was changed. An import would make these changes: {Work}.",
        ImportResult.Applied => $"Done: {Work}. The target was read again and equals the source; its index is {Wording.Index(facts.Index)}.",
        ImportResult.Held => $"Held, nothing was changed: {facts.Deletions}. Deletions can be allowed with --allow-deletes.",
        _ => throw new InvalidOperationException($"The result {facts.Result} has no words."),
    };

    private string Work => string.Join(
        ", ",
        new[]
        {
            (facts.KeysSet, "set"), (facts.KeysDeleted, "deleted"),
        }.Where(part => part.Item1 > 0).Select(part => $"{Wording.Count(part.Item1, "key")} {part.Item2}")
            .Concat(facts.SessionsChanged > 0 ? [$"{Wording.Count(facts.SessionsChanged, "session")} changed"] : [])
            .DefaultIfEmpty($"the index lifted to {Wording.Index(facts.SourceIndex)}"));
}
