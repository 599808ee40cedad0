using OverlayBridge.Reports.Markdown;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Plans;

/// <summary>A plan in all forms: its stages with hosts, steps and gates, and how long each container is expected to be away.</summary>
public sealed class PlanReport(PlanDocument plan) : IReport
{
    private const int Indent = 2;

    public void WriteTable(TextWriter output, int width, bool colour)
    {
        var report = new TextReport(output, width, colour);
        report.Heading(PlanWords.Title(plan));
        report.Line(PlanWords.Counts(plan));
        report.Line(PlanWords.Origin(plan), Tone.Faint);
        report.Line(PlanWords.Limits(plan), Tone.Faint);
        report.Line(PlanWords.Figures(plan), Tone.Faint);
        WriteStages(report);
        foreach (var stage in plan.Stages)
            WriteStage(report, stage);
        WriteContainers(report);
        WriteSets(report);
    }

    public void WriteJson(TextWriter output) => ReportJson.Write(output, plan, ReportJson.Default.PlanDocument);

    public void WriteMarkdown(TextWriter output)
    {
        var markdown = new MarkdownWriter(output);
        markdown.Heading(2, MarkdownWriter.Prose(PlanWords.Title(plan)));
        markdown.Line(MarkdownWriter.Prose($"{PlanWords.Counts(plan)} {PlanWords.Origin(plan)} {PlanWords.Limits(plan)} {PlanWords.Figures(plan)}"));
        markdown.Heading(3, "Stages");
        markdown.Table(
            ["Stage", "Kind", "Hosts", "Window", "Steps take", "Gates"],
            plan.Stages.Select(static stage => (IReadOnlyList<string>)
            [
                MarkdownWriter.Prose(stage.Name), stage.Kind, MarkdownWriter.Prose(string.Join(", ", stage.Hosts)), MarkdownWriter.Prose(stage.Window ?? ""),
                stage.Seconds is { } seconds ? PlanWords.Seconds(seconds) : "",
                MarkdownWriter.Prose(string.Join("; ", stage.Gates.Select(static gate => $"{gate.Name}: {gate.WaitsFor}"))),
            ]));
        foreach (var stage in plan.Stages.Where(static stage => !stage.Steps.IsEmpty))
        {
            markdown.Heading(3, MarkdownWriter.Prose($"Steps of {stage.Name}"));
            foreach (var step in stage.Steps)
                markdown.Line($"1. {MarkdownWriter.Code(step.Id)} by {MarkdownWriter.Prose(step.Host)}");
        }

        markdown.Heading(3, "Expected downtime");
        markdown.Table(
            ["Container", "Stage", "Replica set", "Address", "Moves to", "Outages", "Away"],
            Containers().Select(static item => (IReadOnlyList<string>)
            [
                MarkdownWriter.Prose($"{item.Host.Name}/{item.Container.Name}"), MarkdownWriter.Prose(item.Host.Stage), MarkdownWriter.Prose(item.Container.ReplicaSet ?? ""),
                MarkdownWriter.Prose(PlanWords.Place(item.Container)), MarkdownWriter.Prose(item.Container.MoveTo ?? ""), Wording.Number((long)item.Container.Outages),
                PlanWords.Seconds(item.Container.Downtime),
            ]));
    }

    public void WriteHtml(TextWriter output, ReportStamp stamp) => PlanHtml.Write(output, plan, stamp);

    private void WriteStages(TextReport report)
    {
        report.Heading("Stages");
        var table = new TextTable(
            ("Stage", ColumnKind.Whole), ("Kind", ColumnKind.Whole), ("Hosts", ColumnKind.Number), ("Containers", ColumnKind.Number), ("Steps", ColumnKind.Number),
            ("Steps take", ColumnKind.Whole), ("Gates", ColumnKind.Flexible));
        var containers = plan.Hosts.ToLookup(static host => host.Stage, static host => host.Containers.Length);
        foreach (var stage in plan.Stages)
            table.Add(
                stage.Name, stage.Kind, stage.Hosts.IsEmpty ? "" : Wording.Number((long)stage.Hosts.Length), stage.Hosts.IsEmpty ? "" : Wording.Number((long)containers[stage.Name].Sum()),
                Wording.Number((long)stage.Steps.Length), stage.Seconds is { } seconds ? PlanWords.Seconds(seconds) : "", PlanWords.Gates(stage));
        report.Table(table, Indent);
    }

    private void WriteStage(TextReport report, PlanStageLine stage)
    {
        report.Heading($"Stage {stage.Name}");
        if (stage.Window is { } window)
            report.Line($"Steps begin only {window}.", indent: Indent);
        if (!stage.Hosts.IsEmpty)
        {
            var hosts = plan.Hosts.Where(host => host.Stage == stage.Name).ToDictionary(static host => host.Name, StringComparer.Ordinal);
            var table = new TextTable(("Host", ColumnKind.Whole), ("Strategy", ColumnKind.Whole), ("Engine", ColumnKind.Flexible), ("Containers", ColumnKind.Number), ("Steps take", ColumnKind.Whole));
            foreach (var host in stage.Hosts.Select(name => hosts[name]))
                table.Add(host.Name, host.Strategy, PlanWords.Engine(host), Wording.Number((long)host.Containers.Length), PlanWords.Seconds(host.Seconds));
            report.Table(table, Indent);
        }

        report.Line($"steps: {Steps(stage)}", indent: Indent);
        foreach (var gate in stage.Gates)
            report.Line($"gate {gate.Name}: {gate.WaitsFor}", indent: Indent);
    }

    // The steps of a host follow from its strategy: a stage of many hosts has them all alike, and is said in one line.
    private static string Steps(PlanStageLine stage) =>
        string.Join(", ", stage.Steps.CountBy(static step => step.Kind).Select(static kind => kind.Value == 1 ? kind.Key : $"{Wording.Number((long)kind.Value)} {kind.Key}"));

    private void WriteContainers(TextReport report)
    {
        report.Heading("Expected downtime");
        var table = new TextTable(
            ("Container", ColumnKind.Flexible), ("Stage", ColumnKind.Whole), ("Replica set", ColumnKind.Flexible), ("Outages", ColumnKind.Number), ("Away", ColumnKind.Whole));
        foreach (var (host, container) in Containers())
            table.Add(
                $"{host.Name}/{container.Name}", host.Stage, container.ReplicaSet ?? "", Wording.Number((long)container.Outages),
                container.Running ? PlanWords.Seconds(container.Downtime) : "not running");
        report.Table(table, Indent);
    }

    private void WriteSets(TextReport report)
    {
        if (plan.ReplicaSets.IsEmpty)
            return;
        report.Heading("Replica sets");
        var table = new TextTable(("Set", ColumnKind.Whole), ("Replicas", ColumnKind.Number), ("May be away", ColumnKind.Number), ("Hosts", ColumnKind.Flexible));
        foreach (var set in plan.ReplicaSets)
            table.Add(set.Name, Wording.Number((long)set.Size), Wording.Number((long)set.Allowed), string.Join(", ", set.Hosts));
        report.Table(table, Indent);
    }

    private IEnumerable<(PlanHostLine Host, PlanContainerLine Container)> Containers()
    {
        var hosts = plan.Hosts.ToDictionary(static host => host.Name, StringComparer.Ordinal);
        return from stage in plan.Stages
               from name in stage.Hosts
               let host = hosts[name]
               from container in host.Containers
               select (host, container);
    }
}
