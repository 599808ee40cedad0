namespace OverlayBridge.Reports.Tests.Histories;

/// <summary>Every form of what <c>history</c> shows.</summary>
public sealed class HistoryGoldenTests
{
    public static TheoryData<string, string> All => new MatrixTheoryData<string, string>(["changes", "none"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(All))]
    public void Each_report_in_each_form(string name, string form) =>
        Golden.Matches("OverlayBridge.Reports.Tests", $"history/{name}.{form}", (name == "none" ? HistorySamples.None : HistorySamples.Changes("web")).Form(form));

    [Fact]
    public void No_line_of_the_table_is_wider_than_the_terminal() =>
        Assert.All(HistorySamples.Changes("web").Table(80, colour: false).Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
}
