using System.Globalization;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Plans;

/// <summary>The stages of a plan along time, as SVG: each row a stage, each bar as long as its hosts' steps are expected to take.</summary>
internal static class PlanTimeline
{
    private const int Width = 720, Left = 150, Right = 12, Top = 26, RowHeight = 30, BarHeight = 16, GateWidth = 10;
    private const double ShortestShare = 0.01;
    private static readonly double[] Ticks = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];

    public static void Write(HtmlWriter page, PlanDocument plan)
    {
        var total = Math.Max(1, plan.Stages.Sum(static stage => stage.Seconds?.Most ?? 0));
        var height = Top + plan.Stages.Length * RowHeight + 6;
        page.Open("div", "class", "topology card timeline", "tabindex", "0", "role", "region", "aria-label", "Timeline");
        page.Open("svg", "viewBox", Text($"0 0 {Width} {height}"), "role", "img", "aria-label", $"Stages one after the other, {Total(plan)} in all").Line();
        WriteAxis(page, total, height);
        var at = 0.0;
        foreach (var (stage, row) in plan.Stages.Select(static (stage, row) => (stage, row)))
        {
            WriteRow(page, stage, row, Scale(at, total), Scale(stage.Seconds?.Most ?? 0, total));
            at += stage.Seconds?.Most ?? 0;
        }

        page.CloseLine().CloseLine();
    }

    public static string Total(PlanDocument plan) => PlanWords.Seconds(new(
        Math.Round(plan.Stages.Sum(static stage => stage.Seconds?.Least ?? 0), 1), Math.Round(plan.Stages.Sum(static stage => stage.Seconds?.Most ?? 0), 1)));

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

    private static void WriteRow(HtmlWriter page, PlanStageLine stage, int row, double from, double length)
    {
        var y = Top + row * RowHeight;
        page.Open("a", "href", Text($"#stage-{row}")).Element("title", $"{stage.Name}: {Described(stage)}");
        page.Element("text", Shortened(stage.Name), "x", Text($"{Left - 10}"), "y", Text($"{y + 12}"), "text-anchor", "end");
        var width = Math.Max(length, (Width - Left - Right) * ShortestShare);
        page.Empty("rect", "class", stage.Kind == "hosts" ? "used" : "reserved", "x", Text($"{Left + from:0.#}"), "y", Text($"{y}"), "width", Text($"{width:0.#}"), "height", Text($"{BarHeight}"), "rx", "3");
        if (!stage.Gates.IsEmpty)
            page.Empty("path", "class", "leaked", "d", Diamond(Math.Min(Left + from + width + GateWidth / 2.0, Width - GateWidth / 2.0), y + BarHeight / 2.0));
        page.CloseLine();
    }

    private static string Described(PlanStageLine stage) => string.Join("; ", new[]
    {
        stage.Hosts.IsEmpty ? "" : Wording.Count(stage.Hosts.Length, "host"), stage.Seconds is { } seconds ? PlanWords.Seconds(seconds) : "",
        stage.Gates.IsEmpty ? "" : Wording.Count(stage.Gates.Length, "gate"),
    }.Where(static part => part.Length > 0).DefaultIfEmpty(Wording.Count(stage.Steps.Length, "step")));

    private static string Shortened(string name) => name.Length > 22 ? name[..21] + "…" : name;

    private static double Scale(double seconds, double total) => seconds / total * (Width - Left - Right - GateWidth);

    private static string Diamond(double x, double y) => Text($"M{x:0.#} {y - 5:0.#}l5 5l-5 5l-5 -5z");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
