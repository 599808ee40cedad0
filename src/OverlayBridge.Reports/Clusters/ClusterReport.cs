using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Clusters;

/// <summary>The control nodes, in all forms.</summary>
public sealed class ClusterReport(ClusterDocument document) : IReport
{
    private static readonly string[] Headers = ["Node", "Raft", "HTTP", "Role", "Applied", "Keys", "Waiting", "Version"];

    private bool IsLive => document.State != ClusterDocument.Unknown;

    private string Title => document.State switch
    {
        ClusterDocument.Healthy => $"{Count}, all well; {Tolerated}",
        ClusterDocument.Degraded => $"{Count}, not all of them well; {Tolerated}",
        ClusterDocument.Leaderless => $"{Count} without a leader: nothing can be written, reads wait",
        _ => Count,
    };

    private string Count => document.Nodes.Length == 1 ? "1 control node" : string.Create(CultureInfo.InvariantCulture, $"{document.Nodes.Length} control nodes");

    private string Tolerated => document.Tolerates > 0
        ? $"{document.Tolerates.ToString(CultureInfo.InvariantCulture)} more may fail"
        : "none more may fail";

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        var table = new TextTable(
            ("Node", ColumnKind.Flexible), ("Raft", ColumnKind.Whole), ("HTTP", ColumnKind.Whole), ("Role", ColumnKind.Whole),
            ("Applied", ColumnKind.Number), ("Keys", ColumnKind.Number), ("Waiting", ColumnKind.Number));
        foreach (var node in document.Nodes)
            table.Add([.. Cells(node).SkipLast(1).Select(text => new Cell(text, node.Problem.Length == 0 ? Tone.Plain : Tone.Bad))]);
        report.Table(table);
        foreach (var node in Troubled)
            report.Line($"{NameOf(node)}: {node.Problem}", Tone.Bad);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.ClusterDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        markdown.Table(Headers, document.Nodes.Select(node => Cells(node).Select(MarkdownWriter.Prose).ToArray()));
        foreach (var node in Troubled)
            markdown.Line($"- {MarkdownWriter.Code(NameOf(node))}: {MarkdownWriter.Prose(node.Problem)}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, "Control nodes", Title, stamp, static _ => { },
        [
            new("nodes", "Nodes", page => HtmlTable.Write(
                page, "Nodes", [.. Headers.Select(header => (header, HtmlColumn.Text))],
                document.Nodes.Select(node => Cells(node).Append(node.Problem).SkipLast(1).Select(HtmlTable.Plain).ToArray()))),
        ]);

    private IEnumerable<ClusterNode> Troubled => document.Nodes.Where(static node => node.Problem.Length > 0);

    private static string NameOf(ClusterNode node) => node.Name.Length > 0 ? node.Name : node.RaftAddress;

    private string[] Cells(ClusterNode node) =>
    [
        NameOf(node), node.RaftAddress, node.HttpAddress.Length > 0 ? node.HttpAddress : "–", IsLive || node.Role == "leader" ? node.Role : "member",
        Number(node.RaftIndex), Number(node.Keys), Number(node.BlockingQueries), node.Version,
    ];

    private static string Number(long? number) => number is { } value ? Wording.Number(value) : "–";
}
