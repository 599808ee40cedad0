using System.Text.Json;
using AngleSharp.Html.Parser;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Reports.Audits;

namespace OverlayBridge.Reports.Tests.Audits;

public sealed class AuditReportTests
{
    [Fact]
    public async Task No_line_of_a_table_is_wider_than_80_columns() => Assert.All(
        new IReport[] { await AuditSamples.RecordedAsync("consul-damaged"), new AuditRulesReport(), AuditSamples.Named(new string('x', 300)) }
            .SelectMany(report => report.Table(80, colour: false).Split('\n')),
        line => Assert.InRange(line.Length, 0, 80));

    [Theory]
    [InlineData(AuditSeverity.Critical, false)]
    [InlineData(AuditSeverity.Error, true)]
    [InlineData(AuditSeverity.Warning, true)]
    [InlineData(AuditSeverity.Info, true)]
    public void A_threshold_is_held_against_the_worst_that_a_finding_explains(AuditSeverity threshold, bool isReached)
    {
        var finding = AuditSamples.Finding("web", AuditSeverity.Info);
        var report = new AuditReport(new() { Source = "a", Index = 1, Counts = new(0, 0, 0, 0), Findings = [finding] });

        Assert.Equal(isReached, report.HasAtLeast(threshold));
    }

    [Fact]
    public void A_healthy_store_is_said_to_be_so_in_every_form()
    {
        var report = new AuditReport(new() { Source = "a", Index = 1, Counts = new(1, 1, 1, 1), Findings = [] });

        Assert.All(
            [report.Table(80, colour: false), report.Markdown(), report.Html(Samples.Stamp)],
            form => Assert.Contains("Nothing found.", form, StringComparison.Ordinal));
        Assert.False(report.HasAtLeast(AuditSeverity.Info));
    }

    [Fact]
    public void Long_lists_are_cut_for_people_with_the_number_left_out_and_whole_in_JSON()
    {
        var report = AuditSamples.Many(findings: 600, keys: 200);

        var table = report.Table(80, colour: false);
        Assert.Contains("… and 500 more: -o json has them all.", table, StringComparison.Ordinal);
        Assert.Contains("and 197 more keys: -o json has them all", table, StringComparison.Ordinal);
        var page = new HtmlParser().ParseDocument(report.Html(Samples.Stamp));
        Assert.Equal(500, page.QuerySelectorAll("article.finding").Length);
        Assert.Contains("And 100 more findings: overlaybridge audit -o json lists them all.", page.Body!.TextContent, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(report.Json());
        var findings = json.RootElement.GetProperty("findings");
        Assert.Equal(600, findings.GetArrayLength());
        Assert.All(findings.EnumerateArray(), finding => Assert.Equal(200, finding.GetProperty("keys").GetArrayLength()));
    }

    [Fact]
    public void Markdown_of_very_many_findings_fits_into_an_issue() =>
        Assert.InRange(AuditSamples.Many(findings: 5000, keys: 500).Markdown().Length, 1, 65_536);

    [Fact]
    public void What_repair_can_mend_is_named_once_a_rule() => Assert.Contains(
        "overlaybridge repair STATE --dry-run --rule OB09 --rule OB16", AuditSamples.Named("web").Table(80, colour: false), StringComparison.Ordinal);

    [Fact]
    public void Colours_are_only_there_on_demand()
    {
        var report = AuditSamples.Named("web");

        Assert.Contains("\e[31m", report.Table(80, colour: true), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', report.Table(80, colour: false));
    }
}
