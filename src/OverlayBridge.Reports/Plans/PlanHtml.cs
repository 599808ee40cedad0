using System.Globalization;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Plans;

/// <summary>A plan as a page: the timeline, the stages with their hosts, steps and gates, and the expected downtime of each container.</summary>
internal static class PlanHtml
{
    private const int ChipsMax = 400;

    public static void Write(TextWriter output, PlanDocument plan, ReportStamp stamp) => HtmlPage.Write(
        output, PlanWords.Title(plan), PlanWords.Origin(plan), stamp, page => WriteTiles(page, plan),
        [
            new("timeline", "Timeline", page => WriteTimeline(page, plan)),
            new("stages", "Stages", page => WriteStages(page, plan)),
            new("downtime", "Expected downtime", page => WriteContainers(page, plan)),
            new("sets", "Replica sets", page => WriteSets(page, plan)),
        ]);

    private static void WriteTiles(HtmlWriter page, PlanDocument plan)
    {
        page.Open("ul", "class", "tiles").Line();
        Tile("hosts", plan.Hosts.Length);
        Tile("containers", plan.Hosts.Sum(static host => host.Containers.Length));
        Tile("stages of hosts", plan.Stages.Count(static stage => stage.Kind == "hosts"));
        Tile("needed at least", plan.LowerBound);
        page.CloseLine();

        void Tile(string what, long count) => page.Open("li").Element("b", Wording.Number(count)).Element("span", what).CloseLine();
    }

    private static void WriteTimeline(HtmlWriter page, PlanDocument plan)
    {
        page.Element("p", $"{PlanWords.Stages(plan)}; their steps take {PlanTimeline.Total(plan)}. {PlanWords.Limits(plan)} {PlanWords.Figures(plan)}", "class", "sub").Line();
        page.Open("ul", "class", "legend").Open("li").Element("i", "", "class", "used").Text("a host's steps").Close()
            .Open("li").Element("i", "", "class", "leaked").Text("gates before the next stage").Close().CloseLine();
        PlanTimeline.Write(page, plan);
    }

    private static void WriteStages(HtmlWriter page, PlanDocument plan)
    {
        var hosts = plan.Hosts.ToDictionary(static host => host.Name, StringComparer.Ordinal);
        foreach (var (stage, number) in plan.Stages.Select(static (stage, number) => (stage, number)))
        {
            page.Open("article", "class", "finding", "id", string.Create(CultureInfo.InvariantCulture, $"stage-{number}"));
            page.Open("h4").Text($"{stage.Name} ").Element("span", stage.Kind, "class", "tag").Close().Line();
            page.Open("dl");
            if (stage.Window is { } window)
                Item(page, "window", window);
            if (stage.Seconds is { } seconds)
                Item(page, "steps take", PlanWords.Seconds(seconds));
            Item(page, "steps", string.Join(", ", stage.Steps.CountBy(static step => step.Kind).Select(static kind => $"{Wording.Number((long)kind.Value)} {kind.Key}")));
            foreach (var gate in stage.Gates)
                Item(page, $"gate {gate.Name}", gate.WaitsFor);
            page.CloseLine();
            if (!stage.Hosts.IsEmpty)
                WriteHosts(page, stage, [.. stage.Hosts.Take(ChipsMax).Select(host => hosts[host])]);
            WriteSteps(page, stage);
            page.CloseLine();
        }
    }

    private static void WriteHosts(HtmlWriter page, PlanStageLine stage, IReadOnlyList<PlanHostLine> hosts)
    {
        page.Element("p", Wording.Count(stage.Hosts.Length, "host"), "class", "sub").Line();
        HtmlTable.WriteFolded(
            page, $"Hosts of {stage.Name}",
            [("Host", HtmlColumn.Text), ("Address", HtmlColumn.Text), ("Strategy", HtmlColumn.Text), ("Engine", HtmlColumn.Text), ("Containers", HtmlColumn.Number), ("Steps take", HtmlColumn.Number)],
            stage.Hosts.Length,
            hosts.Select(static host => new HtmlRow(
                null, HtmlTable.Plain(host.Name), HtmlTable.Code(host.Vtep), HtmlTable.Plain(host.Strategy), HtmlTable.Plain(PlanWords.Engine(host)),
                HtmlTable.Plain(Wording.Number((long)host.Containers.Length)), HtmlTable.Plain(PlanWords.Seconds(host.Seconds)))));
        HtmlTable.WriteMore(page, stage.Hosts.Length, hosts.Count, "host", "the JSON form has all of them.");
    }

    private static void WriteSteps(HtmlWriter page, PlanStageLine stage)
    {
        page.Open("details").Element("summary", $"Steps ({Wording.Number((long)stage.Steps.Length)})").Line().Open("ul");
        foreach (var step in stage.Steps.Take(ChipsMax))
            page.Open("li").Element("code", step.Id).Text($" by {step.Host}").Close();
        page.CloseLine();
        HtmlTable.WriteMore(page, stage.Steps.Length, Math.Min(stage.Steps.Length, ChipsMax), "step", "the JSON form has all of them.");
        page.CloseLine();
    }

    private static void WriteContainers(HtmlWriter page, PlanDocument plan)
    {
        var hosts = plan.Hosts.ToDictionary(static host => host.Name, StringComparer.Ordinal);
        var rows = from stage in plan.Stages
                   from name in stage.Hosts
                   let host = hosts[name]
                   from container in host.Containers
                   select new HtmlRow(
                       null, HtmlTable.Plain($"{host.Name}/{container.Name}"), HtmlTable.Plain(host.Stage), HtmlTable.Plain(container.ReplicaSet ?? ""),
                       HtmlTable.Code(container.Attachments.Select(static place => $"{place.Address} on {place.Network}")), HtmlTable.Plain(container.MoveTo ?? ""),
                       HtmlTable.Plain(Wording.Number((long)container.Outages)), HtmlTable.Plain(container.Running ? PlanWords.Seconds(container.Downtime) : "not running"));
        HtmlTable.WriteFolded(
            page, "Containers",
            [("Container", HtmlColumn.Text), ("Stage", HtmlColumn.Text), ("Replica set", HtmlColumn.Text), ("Address", HtmlColumn.Text), ("Moves to", HtmlColumn.Text), ("Outages", HtmlColumn.Number), ("Away", HtmlColumn.Number)],
            plan.Hosts.Sum(static host => host.Containers.Length), rows);
    }

    private static void WriteSets(HtmlWriter page, PlanDocument plan)
    {
        if (plan.ReplicaSets.IsEmpty)
        {
            page.Element("p", "None.").Line();
            return;
        }

        HtmlTable.WriteFolded(
            page, "Replica sets", [("Set", HtmlColumn.Text), ("Replicas", HtmlColumn.Number), ("May be away", HtmlColumn.Number), ("Hosts", HtmlColumn.Wrapped)], plan.ReplicaSets.Length,
            plan.ReplicaSets.Select(static set => new HtmlRow(
                null, HtmlTable.Plain(set.Name), HtmlTable.Plain(Wording.Number((long)set.Size)), HtmlTable.Plain(Wording.Number((long)set.Allowed)), HtmlTable.Plain(string.Join(", ", set.Hosts)))));
    }

    private static void Item(HtmlWriter page, string what, string says) => page.Element("dt", what).Element("dd", says);
}
