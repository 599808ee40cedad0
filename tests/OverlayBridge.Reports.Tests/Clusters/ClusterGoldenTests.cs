namespace OverlayBridge.Reports.Tests.Clusters;

/// <summary>Every form of what the cluster commands show.</summary>
public sealed class ClusterGoldenTests
{
    public static TheoryData<string, string> All => new MatrixTheoryData<string, string>(["status", "alone", "restore"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(All))]
    public void Each_report_in_each_form(string name, string form)
    {
        IReport report = name switch
        {
            "status" => ClusterSamples.Cluster("n1"),
            "alone" => ClusterSamples.Alone,
            _ => ClusterSamples.Restore("monday.obsnap"),
        };
        var text = form switch
        {
            "txt" => report.Table(80, colour: false),
            "json" => report.Json(),
            "md" => report.Markdown(),
            _ => report.Html(Samples.Stamp),
        };
        Golden.Matches("OverlayBridge.Reports.Tests", $"cluster/{name}.{form}", text);
    }
}
