using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Plans.Downtimes;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Plans;

/// <summary>
/// A plan along time, as SVG: stages one below the other, and in each of them its hosts, each a bar as long as its steps are expected to take, those above each other that are
/// worked on at once.
/// </summary>
internal static class PlanTimeline
{
    private const int Width = 720, Left = 150, Right = 12, Top = 26, LaneHeight = 18, BarHeight = 16, RowGap = 12, GateWidth = 10;
    private const double ShortestShare = 0.01, LetterWidth = 6.1, LetterRoom = 6;
    private static readonly double[] Ticks = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];

    /// <summary>A stage's place in the picture.</summary>
    /// <param name="Begin">Seconds from the plan's beginning.</param>
    /// <param name="Turns">Of the stage's hosts, in their order.</param>
    private sealed record Row(PlanStageLine Stage, int Number, int Y, double Begin, ImmutableArray<HostTurn> Turns)
    {
        public double Seconds => Stage.Seconds?.Most ?? 0;

        public int Lanes => Turns.Select(static turn => turn.Lane + 1).DefaultIfEmpty(1).Max();

        public int End => Y + Lanes * LaneHeight + RowGap;
    }

    public static void Write(HtmlWriter page, PlanDocument plan)
    {
        var hosts = plan.Hosts.ToDictionary(static host => host.Name, StringComparer.Ordinal);
        var rows = RowsOf(plan, hosts);
        var total = Math.Max(1, rows.Sum(static row => row.Seconds));
        var height = rows.IsEmpty ? Top : rows[^1].End;
        page.Open("div", "class", "topology card timeline", "tabindex", "0", "role", "region", "aria-label", "Timeline");
        page.Open("svg", "viewBox", Text($"0 0 {Width} {height}"), "role", "img", "aria-label", $"Stages one after the other with their hosts, {Total(plan)} in all").Line();
        WriteAxis(page, total, height);
        foreach (var row in rows)
            WriteRow(page, row, hosts, total);
        page.CloseLine().CloseLine();
    }

    public static string Total(PlanDocument plan) => PlanWords.Seconds(new(
        Math.Round(plan.Stages.Sum(static stage => stage.Seconds?.Least ?? 0), 1), Math.Round(plan.Stages.Sum(static stage => stage.Seconds?.Most ?? 0), 1)));

    private static ImmutableArray<Row> RowsOf(PlanDocument plan, Dictionary<string, PlanHostLine> hosts)
    {
        var rows = ImmutableArray.CreateBuilder<Row>();
        var (y, begin) = (Top, 0.0);
        foreach (var stage in plan.Stages)
        {
            var row = new Row(stage, rows.Count, y, begin, HostTurn.Of(stage.Hosts.Select(host => TimeSpan.FromSeconds(hosts[host].Seconds.Most)), plan.Parallel));
            rows.Add(row);
            (y, begin) = (row.End, begin + row.Seconds);
        }
        return rows.ToImmutable();
    }

    private static void WriteAxis(HtmlWriter page, double total, int height)
    {
        var step = Ticks.FirstOrDefault(tick => total / tick <= 8, Ticks[^1] * Math.Ceiling(total / Ticks[^1] / 8));
        for (var tick = 0.0; tick <= total; tick += step)
        {
            var x = Left + Scale(tick, total);
            page.Empty("rect", "class", "free", "x", Text($"{x:0.#}"), "y", Text($"{Top - 6}"), "width", "1", "height", Text($"{height - Top}"));
            page.Element("text", tick < 120 ? Text($"{tick:0} s") : Text($"{tick / 60:0.#} min"), "class", "small", "x", Text($"{x:0.#}"), "y", "12", "text-anchor", tick == 0 ? "start" : "middle").Line();
        }
    }

    private static void WriteRow(HtmlWriter page, Row row, Dictionary<string, PlanHostLine> hosts, double total)
    {
        var from = Left + Scale(row.Begin, total);
        var width = WidthOf(row.Seconds, total);
        page.Open("a", "href", Text($"#stage-{row.Number}")).Element("title", $"{row.Stage.Name}: {Described(row.Stage)}");
        page.Element("text", Shortened(row.Stage.Name, 22), "x", Text($"{Left - 10}"), "y", Text($"{row.Y + 12}"), "text-anchor", "end");
        if (row.Turns.IsEmpty)
            WriteBar(page, "reserved", from, row.Y, width);
        foreach (var (host, turn) in row.Stage.Hosts.Zip(row.Turns))
            WriteHost(page, hosts[host], from + Scale(turn.Begin.TotalSeconds, total), row.Y + turn.Lane * LaneHeight, WidthOf(turn.Length.TotalSeconds, total) - 1);
        if (!row.Stage.Gates.IsEmpty)
            page.Empty("path", "class", "leaked", "d", Diamond(Math.Min(from + width + GateWidth / 2.0, Width - GateWidth / 2.0), row.Y + row.Lanes * LaneHeight / 2.0));
        page.CloseLine();
    }

    private static void WriteHost(HtmlWriter page, PlanHostLine host, double x, int y, double width)
    {
        page.Open("g").Element("title", $"{host.Name}: {host.Strategy}, {Wording.Count(host.Containers.Length, "container")}, {PlanWords.Seconds(host.Seconds)}");
        WriteBar(page, "used", x, y, width);
        var letters = (int)((width - LetterRoom) / LetterWidth);
        if (letters >= Math.Min(3, host.Name.Length))
            page.Element("text", Shortened(host.Name, letters), "class", "inside", "x", Text($"{x + LetterRoom / 2:0.#}"), "y", Text($"{y + 12}"));
        page.Close();
    }

    private static void WriteBar(HtmlWriter page, string kind, double x, int y, double width) =>
        page.Empty("rect", "class", kind, "x", Text($"{x:0.#}"), "y", Text($"{y}"), "width", Text($"{width:0.#}"), "height", Text($"{BarHeight}"), "rx", "3");

    private static string Described(PlanStageLine stage) => string.Join("; ", new[]
    {
        stage.Hosts.IsEmpty ? "" : Wording.Count(stage.Hosts.Length, "host"), stage.Seconds is { } seconds ? PlanWords.Seconds(seconds) : "",
        stage.Gates.IsEmpty ? "" : Wording.Count(stage.Gates.Length, "gate"),
    }.Where(static part => part.Length > 0).DefaultIfEmpty(Wording.Count(stage.Steps.Length, "step")));

    private static string Shortened(string name, int letters) => name.Length > letters ? name[..(letters - 1)] + "…" : name;

    private static double WidthOf(double seconds, double total) => Math.Max(Scale(seconds, total), (Width - Left - Right) * ShortestShare);

    private static double Scale(double seconds, double total) => seconds / total * (Width - Left - Right - GateWidth);

    private static string Diamond(double x, double y) => Text($"M{x:0.#} {y - 5:0.#}l5 5l-5 5l-5 -5z");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
