using System.Globalization;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Takeovers;

/// <summary>How a takeover stands, in all forms.</summary>
public sealed class StatusReport(StatusDocument document) : IReport
{
    private const int Indent = 2;

    private static readonly string[] Columns = ["Host", "By", "State", "Since", "Rules", "Connections", "Remark"];

    private string Title => document.Takeover is { } takeover
        ? $"Takeover of '{takeover.Prefix}' from {takeover.Source}: {takeover.Phase} since {Time(takeover.PhaseSince)}"
        : $"{document.Store} has taken over nothing, and nothing is prepared. It is {document.Mode}.";

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(Title);
        foreach (var (line, tone) in Lines())
            report.Line(line, tone, Indent);
        if (!document.Hosts.IsEmpty)
        {
            var table = new TextTable(
                ("Host", ColumnKind.Whole), ("By", ColumnKind.Whole), ("State", ColumnKind.Whole), ("Since", ColumnKind.Whole),
                ("Rules", ColumnKind.Whole), ("Connections", ColumnKind.Number), ("Remark", ColumnKind.Sentence));
            foreach (var host in document.Hosts)
                table.Add([.. Cells(host).Select((text, at) => new Cell(text, at == 2 ? ToneOf(host) : Tone.Plain))]);
            report.Heading("Hosts");
            report.Table(table, Indent);
        }
        if (document.Alarms.Count == 0)
            return;
        report.Heading(AlarmTitle);
        foreach (var alarm in document.Alarms.Latest)
            report.Line(Line(alarm), Tone.Bad, Indent);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, document, ReportJson.Default.StatusDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(Title));
        foreach (var (line, _) in Lines())
            markdown.Line($"- {MarkdownWriter.Prose(line)}");
        if (!document.Hosts.IsEmpty)
        {
            markdown.Heading(3, "Hosts");
            markdown.Table(Columns, document.Hosts.Select(static host => Cells(host).Select(MarkdownWriter.Prose).ToArray()));
        }
        if (document.Alarms.Count == 0)
            return;
        markdown.Heading(3, MarkdownWriter.Prose(AlarmTitle));
        foreach (var alarm in document.Alarms.Latest)
            markdown.Line($"- {MarkdownWriter.Prose(Line(alarm))}");
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => HtmlPage.Write(
        output, Title, string.Join(" ", Lines().Select(static line => $"{line.Text}.")), stamp, static _ => { },
        [
            new("hosts", "Hosts", page => HtmlTable.Write(
                page, "Hosts", [.. Columns.Select(static column => (column, HtmlColumn.Text))],
                document.Hosts.Select(static host => Cells(host).Select(HtmlTable.Plain).ToArray()))),
            .. document.Alarms.Count == 0 ? Enumerable.Empty<PageSection>() : [new PageSection("alarms", AlarmTitle, WriteAlarms)],
        ]);

    private string AlarmTitle => string.Create(CultureInfo.InvariantCulture, $"{document.Alarms.Count} writes still reached the old store");

    private void WriteAlarms(HtmlWriter page)
    {
        page.Open("ul", "class", "remarks").Line();
        foreach (var alarm in document.Alarms.Latest)
            page.Element("li", Line(alarm)).Line();
        page.CloseLine();
    }

    private IEnumerable<(string Text, Tone Tone)> Lines()
    {
        if (document.Takeover is not { } takeover)
            yield break;
        if (takeover.Note.Length > 0)
            yield return (takeover.Note, takeover.Phase == "aborted" ? Tone.Warning : Tone.Plain);
        yield return ($"the store is {document.Mode}; asked for by {takeover.By}; {Way(takeover)}", Tone.Plain);
        if (takeover.CommitAsked is { } asked)
            yield return ($"a commit was asked for at {Time(asked)}", Tone.Plain);
        if (document.Coordinator is not { } coordinator)
        {
            yield return ("no control node has taken it up yet", Tone.Warning);
            yield break;
        }
        if (!coordinator.Silent && coordinator.At < takeover.PhaseSince)
            yield break; // what it said of the phase before
        yield return coordinator.Silent
            ? ($"no word from the coordinator on {coordinator.Node} since {Time(coordinator.At)}: does a control node lead ('overlaybridge cluster status')?", Tone.Bad)
            : (string.Create(CultureInfo.InvariantCulture, $"{coordinator.Node}: {coordinator.Doing} (index {coordinator.SourceIndex}, {coordinator.Keys} keys)"), Tone.Plain);
        foreach (var host in coordinator.WaitsFor)
            yield return ($"waits for {host}", Tone.Warning);
    }

    /// <summary>How the engines' requests go: agents redirect them, relays take them where they are sent anyway.</summary>
    private string Way(TakeoverLine takeover)
    {
        var relays = document.Hosts.Where(static host => host.Kind == "relay").Select(static host => host.Name).ToList();
        var through = relays.Count == 0 ? "" : $"engines come through {(relays.Count == 1 ? "relay" : "relays")} {string.Join(", ", relays)}";
        if (document.Hosts.All(static host => host.Kind == "relay") && relays.Count > 0)
            return through;
        var redirected = $"{string.Join(", ", takeover.SourceAddresses)} {(takeover.Phase switch
        {
            "prepared" => "is to be redirected",
            "holding" => "is held, to be redirected",
            "flipped" or "committed" => "is redirected",
            "released" => "is redirected no longer; it was",
            _ => "was to be redirected",
        })} to {string.Join(", ", takeover.Gateways)}";
        return relays.Count == 0 ? redirected : $"{redirected}; other {through}";
    }

    private static string[] Cells(ParticipantLine host) =>
    [
        host.Name, host.Kind, host.State.Length == 0 ? "–" : host.State, host.Since is { } since ? Time(since) : "–", host.Backend.Length == 0 ? "–" : host.Backend,
        host.Connections.ToString(CultureInfo.InvariantCulture), host.Cause.Length > 0 ? host.Cause : host.Heard ? "" : "not heard of",
    ];

    private static string Line(AlarmLine alarm) => string.Create(
        CultureInfo.InvariantCulture, $"{Time(alarm.At)}  {alarm.Key} {alarm.Change} at index {alarm.Index} by {(alarm.Host.Length > 0 ? alarm.Host : "an unknown host")}");

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Tone ToneOf(ParticipantLine host) => host.State == "failed" ? Tone.Bad : host.Heard ? Tone.Plain : Tone.Warning;
}
