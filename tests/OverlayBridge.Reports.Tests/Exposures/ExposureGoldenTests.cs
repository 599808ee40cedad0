using OverlayBridge.Reports.Exposures;

namespace OverlayBridge.Reports.Tests.Exposures;

/// <summary>Every form of what the network commands show.</summary>
public sealed class ExposureGoldenTests
{
    public static TheoryData<string, string> All => new MatrixTheoryData<string, string>(
        ["expose-planned", "expose-done", "grow-done", "unexpose-planned", "ls", "show"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(All))]
    public void Each_report_in_each_form(string name, string form)
    {
        IReport report = name switch
        {
            "expose-planned" => ExposureSamples.Expose("appnet"),
            "expose-done" => ExposureSamples.Expose("appnet", ExposureDocument.Done),
            "grow-done" => ExposureSamples.Grow("appnet"),
            "unexpose-planned" => ExposureSamples.Unexpose("appnet"),
            "ls" => ExposureSamples.Networks("appnet", detail: false),
            _ => ExposureSamples.Networks("appnet"),
        };
        var text = form switch
        {
            "txt" => report.Table(80, colour: false),
            "json" => report.Json(),
            "md" => report.Markdown(),
            _ => report.Html(Samples.Stamp),
        };

        Golden.Matches("OverlayBridge.Reports.Tests", $"network/{name}.{form}", text);
    }

    [Fact]
    public void No_line_of_a_table_is_wider_than_80_columns() => Assert.All(
        new IReport[] { ExposureSamples.Expose("appnet", ExposureDocument.Done), ExposureSamples.Grow("appnet"), ExposureSamples.Networks("a-network-with-quite-a-long-name") }
            .SelectMany(report => report.Table(80, colour: false).Split('\n')),
        line => Assert.InRange(line.Length, 0, 80));

    [Fact]
    public void A_cluster_without_networks_says_how_to_get_some() => Assert.Contains(
        "overlaybridge import STATE --to bridge://h:1",
        new NetworksReport(new(NetworksDocument.CurrentFormatVersion, "bridge://h:1", []), detail: false).Table(200, colour: false),
        StringComparison.Ordinal);
}
