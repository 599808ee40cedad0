using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using OverlayBridge.Reports.Plans;

namespace OverlayBridge.Reports.Tests.Plans;

/// <summary>Every form of what the plan commands show.</summary>
public sealed class PlanGoldenTests
{
    public static TheoryData<string, string> All =>
        new MatrixTheoryData<string, string>(["plan", "plan-validation", "plan-diff", "plan-refresh"], ["txt", "json", "md", "html"]);

    [Theory, MemberData(nameof(All))]
    public void Each_report_in_each_form(string report, string form) =>
        Golden.Matches("OverlayBridge.Reports.Tests", $"plan/{report}.{form}", PlanSamples.Report(report, "web").Form(form));

    [Theory, MemberData(nameof(Reports))]
    public void A_table_fits_80_columns(string report) =>
        Assert.All(PlanSamples.Report(report, "web").Table(80, colour: false).Split('\n'), static line => Assert.InRange(line.Length, 0, 80));

    public static TheoryData<string> Reports => ["plan", "plan-validation", "plan-diff", "plan-refresh"];

    [Fact]
    public void The_timeline_has_a_bar_for_each_stage_that_leads_to_it_and_a_mark_for_each_with_gates()
    {
        var page = new HtmlParser().ParseDocument(PlanSamples.Plan("web").Html(Samples.Stamp));

        var bars = page.QuerySelectorAll(".timeline a");
        Assert.Equal(5, bars.Length);
        Assert.All(bars, bar => Assert.NotNull(page.QuerySelector(bar.GetAttribute("href")!)));
        Assert.Equal(3, page.QuerySelectorAll(".timeline path.leaked").Length);
        Assert.DoesNotContain(page.All, static element => element.LocalName is "script" or "link" or "img" or "iframe");
    }

    [Fact]
    public void The_timeline_shows_each_host_in_its_stage() => Assert.Equal([["h3"], ["h2"], ["h1"]], HostsOfBars(PlanSamples.Document("web")));

    [Fact]
    public void Hosts_that_are_at_work_together_are_drawn_above_each_other()
    {
        var plan = PlanSamples.Document("web");
        var stage = plan.Stages.Single(static stage => stage.Name == "second");
        var together = plan with { Parallel = 2, Stages = [stage with { Hosts = ["h1", "h2", "h3"] }] };

        Assert.Equal([["h1", "h2", "h3"]], HostsOfBars(together));
        var bars = PageOf(together).QuerySelectorAll(".timeline g rect");
        Assert.Equal([0, 1, 0], bars.Select(bar => Number(bar, "y") > Number(bars[0], "y") ? 1 : 0));
        Assert.True(Number(bars[2], "x") >= Number(bars[0], "x") + Number(bars[0], "width"), "the third host is drawn over the first");
    }

    private static IHtmlDocument PageOf(PlanDocument plan) => new HtmlParser().ParseDocument(new PlanReport(plan).Html(Samples.Stamp));

    private static IEnumerable<string[]> HostsOfBars(PlanDocument plan) => PageOf(plan).QuerySelectorAll(".timeline a")
        .Select(static stage => stage.QuerySelectorAll("g > title").Select(static title => title.TextContent.Split(':')[0]).ToArray()).Where(static hosts => hosts.Length > 0);

    private static double Number(IElement element, string attribute) => double.Parse(element.GetAttribute(attribute)!, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(PlanFitDocument.Fits, "The plan fits as it is.")]
    [InlineData(PlanFitDocument.Refreshed, "3 changes taken over; the stages stay as they were.")]
    [InlineData(PlanFitDocument.WouldRefresh, "3 changes would be taken over; the stages stay as they are.")]
    [InlineData(PlanFitDocument.Refused, "Refused: 1 change of 3 cannot be taken over.")]
    public void What_became_of_a_refresh_is_said_first(string result, string verdict) =>
        Assert.Equal(verdict, PlanSamples.Fit("web", result).Table(80, colour: false).Split('\n')[1]);

    [Fact]
    public void A_valid_plan_is_said_to_be_valid() =>
        Assert.Equal("Check of plan.yaml\nThe plan is valid.\nPlan 'lab': 3 hosts, 6 containers, 5 stages.\n", PlanSamples.Valid.Table(80, colour: false));
}
