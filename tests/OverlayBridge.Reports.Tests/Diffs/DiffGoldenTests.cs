using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Diffs;

namespace OverlayBridge.Reports.Tests.Diffs;

/// <summary>Every form of the difference between the recorded stores, and of the imports of each.</summary>
public sealed class DiffGoldenTests
{
    public static TheoryData<string> Forms => ["txt", "json", "md", "html"];

    public static TheoryData<string, string> Imports => new MatrixTheoryData<string, string>(["consul-healthy", "consul-damaged"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task From_the_healthy_to_the_damaged_store(string form) =>
        Matches($"diff/healthy-damaged.{form}", new DiffReport(await RecordedAsync(), withKeys: false), form);

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_same_with_its_keys(string form) =>
        Matches($"diff/healthy-damaged-keys.{form}", new DiffReport(await RecordedAsync(), withKeys: true), form);

    [Theory]
    [MemberData(nameof(Imports))]
    public async Task The_dry_run_of_an_import_into_an_empty_cluster(string store, string form)
    {
        var image = await Samples.RecordedAsync(store);
        var diff = StateDiff.Between(StoreImage.Empty with { Source = "bridge://127.0.0.1:8500" }, image);

        Matches($"{store}/import.{form}", new ImportReport(diff, Samples.Facts(ImportResult.Planned)), form);
    }

    [Fact]
    public async Task No_line_of_a_table_is_wider_than_80_columns() => Assert.All(
        new DiffReport(await RecordedAsync(), withKeys: true).Table(80, colour: false).Split('\n'),
        line => Assert.InRange(line.Length, 0, 80));

    [Theory]
    [InlineData(ImportResult.Unchanged, "Nothing to do")]
    [InlineData(ImportResult.Planned, "Dry run, nothing was changed. An import would make these changes: 7 keys set, 3 keys deleted, 1 session changed.")]
    [InlineData(ImportResult.Applied, "Done: 7 keys set, 3 keys deleted, 1 session changed.")]
    [InlineData(ImportResult.Held, "Held, nothing was changed: 3 of 4 keys are gone.")]
    public void Every_result_of_an_import_says_in_one_sentence_what_became_of_it(ImportResult result, string says)
    {
        var diff = StateDiff.Between(StoreImage.Empty, StoreImage.Empty);

        var table = new ImportReport(diff, Samples.Facts(result, "3 of 4 keys are gone")).Table(200, colour: false);

        Assert.Contains(says, table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_in_indexes_alone_is_a_difference()
    {
        var image = new StoreImage("a", 5, [new KeyValueEntry("docker/x", [1], 0, 5, 5)], []);
        var report = new DiffReport(
            StateDiff.Between(image, image with { Entries = [image.Entries[0] with { ModifyIndex = 6 }] }), withKeys: false);

        Assert.False(report.IsEmpty);
        Assert.Contains("Nothing differs by meaning. Keys: 1 changed", report.Table(80, colour: false), StringComparison.Ordinal);
    }

    private static async Task<StateDiff> RecordedAsync() =>
        StateDiff.Between(await Samples.RecordedAsync("consul-healthy"), await Samples.RecordedAsync("consul-damaged"));

    private static void Matches(string name, IReport report, string form) =>
        Golden.Matches("OverlayBridge.Reports.Tests", name, report.Form(form));
}
