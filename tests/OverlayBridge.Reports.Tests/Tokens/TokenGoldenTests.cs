namespace OverlayBridge.Reports.Tests.Tokens;

/// <summary>Every form of what the token commands show.</summary>
public sealed class TokenGoldenTests
{
    public static TheoryData<string, string> All => new MatrixTheoryData<string, string>(["list", "none", "created", "revoked"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(All))]
    public void Each_report_in_each_form(string name, string form)
    {
        IReport report = name switch
        {
            "list" => TokenSamples.List("alice"),
            "none" => TokenSamples.None,
            "created" => TokenSamples.Created("engines"),
            _ => TokenSamples.Revoked("engines"),
        };
        var text = form switch
        {
            "txt" => report.Table(80, colour: false),
            "json" => report.Json(),
            "md" => report.Markdown(),
            _ => report.Html(Samples.Stamp),
        };
        Golden.Matches("OverlayBridge.Reports.Tests", $"token/{name}.{form}", text);
    }
}
