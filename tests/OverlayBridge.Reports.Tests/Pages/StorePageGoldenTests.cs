namespace OverlayBridge.Reports.Tests.Pages;

/// <summary>The pages of both recorded stores, as files to open and to review.</summary>
public sealed class StorePageGoldenTests
{
    [Theory]
    [InlineData("consul-healthy")]
    [InlineData("consul-damaged")]
    public async Task Page_of(string store) =>
        Golden.Matches("OverlayBridge.Reports.Tests", $"{store}/report.html", await StorePageTests.PageAsync(store));

    [Fact]
    public async Task Page_of_the_damaged_store_against_the_healthy_one() => Golden.Matches(
        "OverlayBridge.Reports.Tests", "consul-damaged/report-against.html", await StorePageTests.PageAsync("consul-damaged", against: "consul-healthy"));
}
