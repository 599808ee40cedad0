using OverlayBridge.Reports.Repairs;

namespace OverlayBridge.Reports.Tests.Repairs;

/// <summary>Every form of a repair of the recorded damaged store.</summary>
public sealed class RepairGoldenTests
{
    public static TheoryData<RepairState> States => [RepairState.Planned, RepairState.Done];

    [Theory]
    [MemberData(nameof(States))]
    public async Task Each_form_is_the_recorded_one(RepairState state)
    {
        var report = RepairSamples.Report(await Samples.RecordedAsync("consul-damaged"), state);
        var name = state == RepairState.Planned ? "repair/planned" : "repair/applied";
        Golden.Matches("OverlayBridge.Reports.Tests", $"{name}.txt", report.Table(80, colour: false));
        Golden.Matches("OverlayBridge.Reports.Tests", $"{name}.json", report.Json());
        Golden.Matches("OverlayBridge.Reports.Tests", $"{name}.md", report.Markdown());
        Golden.Matches("OverlayBridge.Reports.Tests", $"{name}.html", report.Html(Samples.Stamp));
    }

    [Fact]
    public async Task Nothing_to_repair_is_said_in_one_line() =>
        Assert.Contains("Nothing to repair.", RepairSamples.Report(await Samples.RecordedAsync("consul-healthy"), RepairState.Planned).Table(80, colour: false), StringComparison.Ordinal);
}
