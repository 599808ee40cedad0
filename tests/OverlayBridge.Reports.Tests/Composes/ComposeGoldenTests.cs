namespace OverlayBridge.Reports.Tests.Composes;

/// <summary>Every form of what the compose commands show.</summary>
public sealed class ComposeGoldenTests
{
    public static TheoryData<string, string> All => new MatrixTheoryData<string, string>(["check", "override"], ["txt", "json", "md", "html"]);

    [Theory, MemberData(nameof(All))]
    public void Each_report_in_each_form(string name, string form)
    {
        IReport report = name == "check" ? ComposeSamples.Check("appnet") : ComposeSamples.Override("appnet");
        var text = form switch
        {
            "txt" => report.Table(80, colour: false),
            "json" => report.Json(),
            "md" => report.Markdown(),
            _ => report.Html(Samples.Stamp),
        };

        Golden.Matches("OverlayBridge.Reports.Tests", $"compose/{name}.{form}", text);
    }

    [Fact]
    public void The_plain_form_of_an_override_is_the_file_alone() =>
        Assert.Equal("# appnet\nservices:\n  web:\n    dns:\n    - 172.18.0.1\n", ComposeSamples.Override("appnet").Table(80, colour: true));
}
