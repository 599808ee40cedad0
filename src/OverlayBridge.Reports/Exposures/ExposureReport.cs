using System.Collections.Immutable;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Exposures;

/// <summary>What an expose or unexpose changes, in all forms.</summary>
public sealed class ExposureReport(ExposureDocument document) : IReport
{
    private const int Indent = 2;

    private string Title => (document.Command, document.State) switch
    {
        ("expose", ExposureDocument.Planned) => $"Exposing '{document.Network.Name}' would change:",
        ("expose", ExposureDocument.Done) => $"'{document.Network.Name}' is exposed. Changed:",
        ("grow", ExposureDocument.Planned) => $"Giving '{document.Network.Name}' a further block would change:",
        ("grow", _) => $"'{document.Network.Name}' has a further block. Changed:",
        ("expose", _) => $"'{document.Network.Name}' is exposed already; nothing was changed.",
        (_, ExposureDocument.Planned) => $"Unexposing '{document.Network.Name}' would change:",
        _ => $"'{document.Network.Name}' is no longer exposed. Changed:",
    };

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        foreach (var change in document.Changes)
        {
            report.Line($"{Sign(change.Action)} {change.Kind}  {change.Path}", ToneOf(change.Action), Indent);
            foreach (var line in Lines(change))
                report.Line(line, indent: 3 * Indent);
        }

        if (document.Maps.IsEmpty)
            report.Heading($"Subnet {document.Subnet}, set aside for swarm: {document.Fence}");
        foreach (var map in document.Maps)
        {
            report.Heading($"Subnet {map.Subnet}, {Word} {map.Block}");
            if (map.Reason.Length > 0)
                report.Line(map.Reason, indent: Indent);
            foreach (var line in MapLines(map))
                output.WriteLine("  " + line);
        }

        foreach (var (heading, tone, lines) in Remarks())
        {
            report.Heading(heading);
            foreach (var line in lines)
                report.Line(line, tone, Indent);
        }
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.ExposureDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Table(
            ["", "Kind", "What", "Before", "After"],
            document.Changes.Select(change => new[]
            {
                Sign(change.Action), change.Kind, MarkdownWriter.Code(change.Path), MarkdownWriter.Prose(change.Before ?? "–"),
                MarkdownWriter.Prose(change.After ?? "–"),
            }));
        if (document.Maps.IsEmpty)
            markdown.Line($"\nSubnet {MarkdownWriter.Code(document.Subnet)}, set aside for swarm: {MarkdownWriter.Code(document.Fence)}.");
        foreach (var map in document.Maps)
        {
            markdown.Line($"\nSubnet {MarkdownWriter.Code(map.Subnet)}, {Word} {MarkdownWriter.Code(map.Block)}. {MarkdownWriter.Prose(map.Reason)}\n\n```");
            foreach (var line in MapLines(map))
                markdown.Line(line);
            markdown.Line("```");
        }

        foreach (var (heading, _, lines) in Remarks())
        {
            markdown.Heading(3, heading);
            foreach (var line in lines)
                markdown.Line($"- {MarkdownWriter.Prose(line)}");
        }
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, Title, $"Subnet {document.Subnet}, {Word} {document.Fence}. {document.FenceReason}", stamp, static _ => { },
        [new("changes", "Changes", WriteChanges), .. Maps(), .. Remarks().Select(remark => new PageSection(remark.Heading.ToLowerInvariant().Replace(' ', '-'), remark.Heading, page => WriteLines(page, remark.Lines)))]);

    private IEnumerable<(string Heading, Tone Tone, IReadOnlyList<string> Lines)> Remarks()
    {
        if (!document.InUseBy.IsEmpty)
            yield return ("Still in use by", Tone.Bad, document.InUseBy);
        if (!document.Open.IsEmpty)
            yield return ("Not there yet", Tone.Warning, document.Open);
        if (!document.Warnings.IsEmpty)
            yield return ("To know before", Tone.Warning, document.Warnings);
        if (!document.Advice.IsEmpty)
            yield return ("How to use it", Tone.Plain, document.Advice);
    }

    private string Word => document.Command switch
    {
        "grow" => "set aside for fixed addresses:",
        "unexpose" when document.State == ExposureDocument.Planned => "to be given back:",
        "unexpose" => "given back:",
        _ => "set aside for swarm:",
    };

    private static IEnumerable<string> MapLines(SharedSubnetMap map) => AddressMapText.Lines(map.MapOf(map.Before), map.MapOf(map.After), map.AddressOf);

    private IEnumerable<PageSection> Maps()
    {
        if (!document.Maps.IsEmpty)
            yield return new("maps", "Addresses before and after", page =>
            {
                page.Open("ul", "class", "legend");
                foreach (var word in AddressStates.All.Select(AddressStates.Word).Append("free"))
                    page.Open("li").Open("i", "class", word).Close().Text(word).Close();
                page.CloseLine();
                page.Literal(AddressMapSvg.Definitions);
                foreach (var map in document.Maps)
                    WriteMap(page, map);
            });
    }

    private static void WriteMap(HtmlWriter page, SharedSubnetMap map)
    {
        page.Element("h3", $"{map.Subnet}: {map.Block}").Element("p", map.Reason);
        page.Open("div", "class", "pools").Line();
        foreach (var (when, ranges) in (ReadOnlySpan<(string, ImmutableArray<AddressRange>)>)[("before", map.Before), ("after", map.After)])
        {
            var counts = string.Join(", ", ranges.GroupBy(static range => range.State).Select(static state => $"{Wording.Number(state.Aggregate(0ul, (sum, range) => sum + range.Count))} {state.Key}"));
            page.Open("article", "class", "card").Element("h3", when);
            new AddressMapSvg(page, map.MapOf(ranges), new(map.AddressOf, static _ => [], static _ => "#maps"), MapDetail.None).Write($"{map.Subnet} {when}: {counts}", counts);
            page.CloseLine();
        }
        page.CloseLine();
    }

    private void WriteChanges(HtmlWriter page) => HtmlTable.Write(
        page, "Changes",
        [("", HtmlColumn.Text), ("Kind", HtmlColumn.Text), ("What", HtmlColumn.Wrapped), ("Before", HtmlColumn.Wrapped), ("After", HtmlColumn.Wrapped)],
        document.Changes.Select(change => new[]
        {
            HtmlTable.Plain(Sign(change.Action)), HtmlTable.Plain(change.Kind), HtmlTable.Code(change.Path),
            HtmlTable.Plain(change.Before ?? "–"), HtmlTable.Plain(change.After ?? "–"),
        }));

    private static void WriteLines(HtmlWriter page, IReadOnlyList<string> lines)
    {
        page.Open("ul", "class", "remarks").Line();
        foreach (var line in lines)
            page.Element("li", line).Line();
        page.CloseLine();
    }

    private static IEnumerable<string> Lines(Overlay.Exposures.PlannedChange change) => (change.Before, change.After) switch
    {
        ({ } before, { } after) => [$"from {before}", $"to   {after}"],
        ({ } before, null) => [before],
        (null, { } after) => [after],
        _ => [],
    };

    private static string Sign(string action) => action switch { "add" => "+", "remove" => "-", "change" => "~", _ => "=" };

    private static Tone ToneOf(string action) => action switch
    {
        "add" => Tone.Good,
        "remove" => Tone.Bad,
        "change" => Tone.Warning,
        _ => Tone.Faint,
    };
}
