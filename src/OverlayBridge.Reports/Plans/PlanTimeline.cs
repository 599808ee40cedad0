using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Plans.Downtimes;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Plans;

/// <summary>
/// A plan along time: stages one below the other, and in each of them its hosts, each a bar as long as its steps are expected to take, those above each other that are
/// worked on at once.
/// </summary>
internal static class PlanTimeline
{
    /// <summary>A stage's place in the picture.</summary>
    /// <param name="Begin">Seconds from the plan's beginning.</param>
    /// <param name="Slots">Of the stage's hosts, in their order.</param>
    private sealed record Row(PlanStageLine Stage, int Number, int Y, double Begin, ImmutableArray<HostSlot> Slots)
    {
        public double Seconds => Stage.Seconds?.Most ?? 0;

        public int LanesHeight => TimeAxis.LanesHeight(Slots.Select(static slot => slot.Lane));

        public int End => Y + LanesHeight + TimeAxis.RowGap;
    }

    public static void Write(HtmlWriter page, PlanDocument plan)
    {
        var hosts = plan.Hosts.ToDictionary(static host => host.Name, StringComparer.Ordinal);
        var rows = RowsOf(plan, hosts);
        var axis = new TimeAxis(Math.Max(1, rows.Sum(static row => row.Seconds)), rows.IsEmpty ? TimeAxis.Top : rows[^1].End);
        axis.Write(page, $"Stages one after the other with their hosts, {Total(plan)} in all", () =>
        {
            foreach (var row in rows)
                WriteRow(page, axis, row, hosts);
        });
    }

    public static string Total(PlanDocument plan) => PlanWords.Seconds(new(
        Math.Round(plan.Stages.Sum(static stage => stage.Seconds?.Least ?? 0), 1), Math.Round(plan.Stages.Sum(static stage => stage.Seconds?.Most ?? 0), 1)));

    private static ImmutableArray<Row> RowsOf(PlanDocument plan, Dictionary<string, PlanHostLine> hosts)
    {
        var rows = ImmutableArray.CreateBuilder<Row>();
        var (y, begin) = (TimeAxis.Top, 0.0);
        foreach (var stage in plan.Stages)
        {
            var row = new Row(stage, rows.Count, y, begin, HostSlot.Of(stage.Hosts.Select(host => TimeSpan.FromSeconds(hosts[host].Seconds.Most)), plan.Parallel));
            rows.Add(row);
            (y, begin) = (row.End, begin + row.Seconds);
        }
        return rows.ToImmutable();
    }

    private static void WriteRow(HtmlWriter page, TimeAxis axis, Row row, Dictionary<string, PlanHostLine> hosts)
    {
        page.Open("a", "href", string.Create(CultureInfo.InvariantCulture, $"#stage-{row.Number}")).Element("title", $"{row.Stage.Name}: {Described(row.Stage)}");
        TimeAxis.WriteName(page, row.Stage.Name, row.Y);
        if (row.Slots.IsEmpty)
            axis.WriteBar(page, "reserved", row.Begin, row.Seconds, row.Y);
        foreach (var (name, slot) in row.Stage.Hosts.Zip(row.Slots))
        {
            var host = hosts[name];
            page.Open("g").Element("title", $"{name}: {host.Strategy}, {Wording.Count(host.Containers.Length, "container")}, {PlanWords.Seconds(host.Seconds)}");
            axis.WriteBar(page, "used", row.Begin + slot.Begin.TotalSeconds, slot.Length.TotalSeconds, row.Y + slot.Lane * TimeAxis.LaneHeight, name);
            page.Close();
        }
        if (!row.Stage.Gates.IsEmpty)
            axis.WriteMark(page, "leaked", row.Begin, row.Seconds, row.Y + row.LanesHeight / 2.0);
        page.CloseLine();
    }

    private static string Described(PlanStageLine stage) => string.Join("; ", new[]
    {
        stage.Hosts.IsEmpty ? "" : Wording.Count(stage.Hosts.Length, "host"), stage.Seconds is { } seconds ? PlanWords.Seconds(seconds) : "",
        stage.Gates.IsEmpty ? "" : Wording.Count(stage.Gates.Length, "gate"),
    }.Where(static part => part.Length > 0).DefaultIfEmpty(Wording.Count(stage.Steps.Length, "step")));
}
