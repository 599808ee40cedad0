using System.Globalization;
using AngleSharp.Html.Parser;
using OverlayBridge.Reports.Runs;

namespace OverlayBridge.Reports.Tests.Runs;

/// <summary>Every form of what a run, a dry run, a simulation and the look at what is left show.</summary>
public sealed class RunGoldenTests
{
    public static TheoryData<string, string> All => new MatrixTheoryData<string, string>(
        ["under-way", "waiting", "paused", "none", "dry-run", "refused", "simulation", "retired", "leftovers"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(All))]
    public void Each_report_in_each_form(string name, string form)
    {
        IReport report = name switch
        {
            "under-way" => RunSamples.UnderWay(),
            "waiting" => RunSamples.Waiting(),
            "paused" => RunSamples.Paused(),
            "none" => RunSamples.None,
            "dry-run" => RunSamples.DryRun(),
            "refused" => RunSamples.Refused,
            "simulation" => RunSamples.Simulation(),
            "retired" => RunSamples.Retired,
            _ => RunSamples.Leftovers(),
        };
        Golden.Matches("OverlayBridge.Reports.Tests", $"migration/{name}.{form}", report.Form(form));
    }

    [Fact]
    public void No_line_of_a_table_is_wider_than_a_terminal() => Assert.All(
        new IReport[] { RunSamples.UnderWay(), RunSamples.Waiting(), RunSamples.Paused(), RunSamples.DryRun(), RunSamples.Refused, RunSamples.Simulation(), RunSamples.Retired, RunSamples.Leftovers() },
        static report => Assert.All(report.Table(80, colour: false).Split('\n'), static line => Assert.InRange(line.Length, 0, 80)));

    [Fact]
    public void The_timeline_shows_each_step_that_was_begun_and_a_failed_one_stands_out()
    {
        var page = new HtmlParser().ParseDocument(RunSamples.Paused().Html(Samples.Stamp));

        var steps = page.QuerySelectorAll(".timeline g g");
        Assert.Equal(4, steps.Count(static step => step.QuerySelector("rect.used") is not null));
        Assert.StartsWith("convert-host.h1 on h1: failed", Assert.Single(steps, static step => step.QuerySelector("rect.duplicate") is not null).QuerySelector("title")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("4", page.QuerySelector("progress")!.GetAttribute("value"));
    }

    [Fact]
    public void Where_nothing_was_begun_there_is_no_timeline() =>
        Assert.Null(new HtmlParser().ParseDocument(RunSamples.None.Html(Samples.Stamp)).QuerySelector(".timeline"));

    [Fact]
    public void What_is_undone_after_its_stage_had_ended_is_drawn_within_the_picture()
    {
        var document = RunSamples.PausedDocument();
        var (stage, step) = (document.Stages[0], document.Steps[0]);
        var late = step with { State = "undone", Undo = true, Begun = stage.Ended!.Value.AddHours(3), Milliseconds = 60_000 };
        var page = new HtmlParser().ParseDocument(new RunReport(document with { Steps = document.Steps.SetItem(0, late) }).Html(Samples.Stamp));

        var width = double.Parse(page.QuerySelector(".timeline svg")!.GetAttribute("viewBox")!.Split(' ')[2], CultureInfo.InvariantCulture);
        Assert.All(page.QuerySelectorAll(".timeline rect"), bar => Assert.InRange(double.Parse(bar.GetAttribute("x")!, CultureInfo.InvariantCulture), 0, width));
        Assert.Superset(new HashSet<string> { "30 min", "2 h" }, page.QuerySelectorAll(".timeline text.small").Select(static tick => tick.TextContent).ToHashSet());
    }
}
