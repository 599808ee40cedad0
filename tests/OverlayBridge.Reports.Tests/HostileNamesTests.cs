using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Pages;
using OverlayBridge.Reports.Tests.Audits;
using OverlayBridge.Reports.Tests.Composes;
using OverlayBridge.Reports.Tests.Exposures;
using OverlayBridge.Reports.Tests.Plans;
using OverlayBridge.Reports.Tests.Runs;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tests;

/// <summary>Names and keys of a store are whatever somebody once wrote: no form of a report may let them be more than text.</summary>
public sealed partial class HostileNamesTests
{
    public static TheoryData<string, string> Names => new MatrixTheoryData<string, string>(["inventory", "audit", "diff", "import", "exposure", "networks", "compose", "plan", "plan-validation", "plan-diff", "plan-refresh", "migration", "migration-dry-run", "plan-simulation"], Samples.HostileNames);

    public static TheoryData<string> Single => [.. Samples.HostileNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void In_HTML_they_make_no_element_no_attribute_and_no_link(string report, string name)
    {
        AssertHarmless(Report(report, "web").Html(Samples.Stamp), Report(report, name).Html(Samples.Stamp), name);
    }

    [Theory]
    [MemberData(nameof(Single))]
    public void In_the_page_of_a_whole_store_they_make_none_either(string name) => AssertHarmless(PageNamed("web"), PageNamed(name), name);

    private static string PageNamed(string name) => WholeForms.Whole(output => new StorePage(
        Samples.Named(name), AuditSamples.Named(name), new DiffReport(Samples.DiffNamed(name), withKeys: false)).Write(output, Samples.Stamp));

    private static void AssertHarmless(string harmlessPage, string hostilePage, string name)
    {
        var harmless = new HtmlParser().ParseDocument(harmlessPage);
        var hostile = new HtmlParser().ParseDocument(hostilePage);

        Assert.Equal(
            harmless.All.Select(element => element.LocalName), hostile.All.Select(element => element.LocalName));
        Assert.Equal(
            harmless.All.SelectMany(element => element.Attributes).Select(attribute => attribute.Name),
            hostile.All.SelectMany(element => element.Attributes).Select(attribute => attribute.Name));
        Assert.All(hostile.QuerySelectorAll("[href]"), link => Assert.StartsWith("#", link.GetAttribute("href"), StringComparison.Ordinal));
        Assert.Contains(ControlCharacters.Escape(name), hostile.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_Markdown_they_end_no_cell_and_no_line(string report, string name) =>
        Assert.Equal(Shape(Report(report, "web").Markdown()), Shape(Report(report, name).Markdown()));

    [Theory]
    [MemberData(nameof(Names))]
    public void On_a_terminal_they_move_nothing_and_colour_nothing(string report, string name) => Assert.DoesNotContain(
        Report(report, name).Table(80, colour: false),
        letter => letter != '\n' &&
            CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator);

    [Theory]
    [MemberData(nameof(Names))]
    public void In_JSON_they_come_back_as_they_were(string report, string name)
    {
        using var json = JsonDocument.Parse(Report(report, name).Json());

        var found = report switch
        {
            "inventory" or "networks" or "audit" => json.RootElement.GetProperty("source"),
            "exposure" => json.RootElement.GetProperty("network").GetProperty("name"),
            "compose" => json.RootElement.GetProperty("project"),
            "plan" => json.RootElement.GetProperty("name"),
            "plan-validation" or "plan-refresh" => json.RootElement.GetProperty("plan"),
            "plan-diff" => json.RootElement.GetProperty("changes")[0].GetProperty("path"),
            "migration" => json.RootElement.GetProperty("run").GetProperty("plan"),
            "migration-dry-run" or "plan-simulation" => json.RootElement.GetProperty("plan"),
            _ => json.RootElement.GetProperty("from"),
        };
        Assert.Equal(name, found.GetString());
    }

    private static IReport Report(string report, string name) => report switch
    {
        "inventory" => Samples.Named(name),
        "audit" => AuditSamples.Named(name),
        "migration" => RunSamples.UnderWay(name),
        "migration-dry-run" => RunSamples.DryRun(name),
        "plan-simulation" => RunSamples.Simulation(name),
        "exposure" => ExposureSamples.Expose(name, "done"),
        "networks" => ExposureSamples.Networks(name),
        "compose" => ComposeSamples.Check(name),
        "plan" or "plan-validation" or "plan-diff" or "plan-refresh" => PlanSamples.Report(report, name),
        "diff" => new DiffReport(Samples.DiffNamed(name), withKeys: true),
        _ => new ImportReport(Samples.DiffNamed(name), Samples.Facts(ImportResult.Held, name)),
    };

    // What GFM makes of a line: how many cells (a backslash takes the meaning from what follows it), and whether it is a heading or an item.
    private static IEnumerable<(char Kind, int Cells)> Shape(string markdown) => markdown.TrimEnd('\n').Split('\n')
        .Select(line => (line.Length == 0 ? ' ' : line[0], line.StartsWith('|') ? UnescapedPipe().Count(line) : 0));

    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\|")]
    private static partial Regex UnescapedPipe();
}
