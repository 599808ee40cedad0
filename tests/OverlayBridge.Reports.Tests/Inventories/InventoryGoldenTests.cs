using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Inventories;

namespace OverlayBridge.Reports.Tests.Inventories;

/// <summary>Every form of both recorded stores, as files to read and to review.</summary>
public sealed class InventoryGoldenTests
{
    public static TheoryData<string> Stores => ["consul-healthy", "consul-damaged"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Table(string store) => Matches($"{store}/inventory.txt", (await ReportAsync(store)).Table(80, colour: false));

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Json(string store) => Matches($"{store}/inventory.json", (await ReportAsync(store)).Json());

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Markdown(string store) => Matches($"{store}/inventory.md", (await ReportAsync(store)).Markdown());

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Html(string store) => Matches($"{store}/inventory.html", (await ReportAsync(store)).Html(Samples.Stamp));

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task No_line_of_a_table_is_wider_than_80_columns(string store) => Assert.All(
        (await ReportAsync(store)).Table(80, colour: false).Split('\n'), line => Assert.InRange(line.Length, 0, 80));

    private static async Task<InventoryReport> ReportAsync(string store) => new(Inventory.From(await Samples.RecordedAsync(store)), []);

    private static void Matches(string name, string actual) => Golden.Matches("OverlayBridge.Reports.Tests", name, actual);
}
