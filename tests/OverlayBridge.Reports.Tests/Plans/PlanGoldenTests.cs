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
