using System.Collections.Immutable;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Runs;

/// <summary>What a run did so far, along time: stages one below the other, and in each of them its steps, those above each other that were under way at once; behind them how long the stage's gates took.</summary>
internal static class RunTimeline
{
    private const int WaitHeight = 4;

    /// <summary>A stage's place in the picture.</summary>
    /// <param name="End">Seconds from the run's beginning to the stage's end, or to where it stands.</param>
    private sealed record Row(StageLine Stage, int Y, double End, ImmutableArray<Step> Steps)
    {
        public int LanesHeight => TimeAxis.LanesHeight(Steps.Select(static step => step.Lane));
    }

    /// <param name="Begin">Seconds from the run's beginning.</param>
    private sealed record Step(StepLine Line, double Begin, double Seconds, int Lane);

    /// <summary>Whether there is anything to draw.</summary>
    public static bool HasAnything(RunDocument document) => document.Run is not null && document.Stages.Any(static stage => stage.Begun is not null);

    public static void Write(HtmlWriter page, RunDocument document)
    {
        var rows = RowsOf(document);
        var axis = new TimeAxis(Math.Max(1, rows.Max(static row => row.End)), rows[^1].Y + rows[^1].LanesHeight + TimeAxis.RowGap);
        page.Open("ul", "class", "legend");
        foreach (var (kind, what) in new[] { ("used", "done"), ("fenced", "under way"), ("duplicate", "failed"), ("reserved", "left out, or undone"), ("leaked", "gates") })
            page.Open("li").Element("i", "", "class", kind).Text(what).Close();
        page.CloseLine();
        axis.Write(page, "What the run did so far, stage by stage", () =>
        {
            foreach (var row in rows)
                WriteRow(page, axis, row);
        });
    }

    private static ImmutableArray<Row> RowsOf(RunDocument document)
    {
        var started = document.Run!.Started;
        var rows = ImmutableArray.CreateBuilder<Row>();
        var y = TimeAxis.Top;
        foreach (var stage in document.Stages.Where(static stage => stage.Begun is not null))
        {
            var steps = Lanes([.. document.Steps.Where(step => step.Stage == stage.Name).OrderBy(static step => step.Begun)], started);
            // Steps of a stage that had ended are undone later.
            var end = steps.Select(static step => step.Begin + step.Seconds).Append(Since(stage.Ended ?? document.Executor?.At ?? started, started)).Max();
            var row = new Row(stage, y, end, steps);
            rows.Add(row);
            y += row.LanesHeight + TimeAxis.RowGap;
        }
        return rows.ToImmutable();
    }

    /// <summary>Each step in the first lane whose last one had ended when it began.</summary>
    /// <param name="lines">In the order in which they began.</param>
    private static ImmutableArray<Step> Lanes(ImmutableArray<StepLine> lines, DateTimeOffset started)
    {
        var ends = new List<double>();
        var steps = ImmutableArray.CreateBuilder<Step>();
        foreach (var line in lines)
        {
            var (begin, seconds) = (Since(line.Begun, started), line.Milliseconds / 1000.0);
            var lane = ends.FindIndex(end => end <= begin);
            if (lane < 0)
            {
                lane = ends.Count;
                ends.Add(0);
            }
            ends[lane] = begin + seconds;
            steps.Add(new(line, begin, seconds, lane));
        }
        return steps.ToImmutable();
    }

    private static void WriteRow(HtmlWriter page, TimeAxis axis, Row row)
    {
        page.Open("g").Element("title", $"{row.Stage.Name}: {row.Stage.State}");
        TimeAxis.WriteName(page, row.Stage.Name, row.Y);
        var worked = row.Steps.Select(static step => step.Begin + step.Seconds).DefaultIfEmpty(row.End).Max();
        if (row.End > worked && !row.Stage.Gates.IsEmpty)
            axis.WriteBar(page, "leaked", worked, row.End - worked, row.Y + row.LanesHeight / 2 - WaitHeight, height: WaitHeight);
        foreach (var step in row.Steps)
        {
            page.Open("g").Element("title", $"{(step.Line.Undo ? "undo of " : "")}{step.Line.Step} on {step.Line.Host}: {step.Line.State}, {RunReport.Duration(TimeSpan.FromSeconds(step.Seconds))}");
            axis.WriteBar(page, KindOf(step.Line.State), step.Begin, step.Seconds, row.Y + step.Lane * TimeAxis.LaneHeight, step.Line.Host);
            page.Close();
        }
        page.CloseLine();
    }

    private static string KindOf(string state) => state switch { "done" => "used", "asked" => "fenced", "failed" => "duplicate", _ => "reserved" };

    private static double Since(DateTimeOffset at, DateTimeOffset started) => Math.Max(0, (at - started).TotalSeconds);
}
