namespace OverlayBridge.Reports.Tests.Checks;

/// <summary>Every form of what <c>network check</c> shows.</summary>
public sealed class CheckGoldenTests
{
    public static TheoryData<string, string> All => new MatrixTheoryData<string, string>(["check-bad", "check-good"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(All))]
    public void Each_report_in_each_form(string name, string form)
    {
        IReport report = name == "check-bad" ? CheckSamples.Bad("web-host-1") : CheckSamples.Good("appnet");
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
        CheckSamples.Bad("a-host-with-quite-a-long-name").Table(80, colour: false).Split('\n'), line => Assert.InRange(line.Length, 0, 80));
}
