using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Diffs;

namespace OverlayBridge.Reports.Tests.Diffs;

/// <summary>What an import counts instead of listing it.</summary>
public sealed class ChangeCountsTests
{
    [Fact]
    public void Addresses_are_counted_by_pool_and_action()
    {
        var counts = ChangeCounts.Of(
        [
            Change(ChangeKind.Address, "GlobalDefault/10.0.0.0/24 10.0.0.1", ChangeAction.Added),
            Change(ChangeKind.Address, "GlobalDefault/10.0.0.0/24 10.0.0.2", ChangeAction.Added),
            Change(ChangeKind.Address, "GlobalDefault/10.0.0.0/24 10.0.0.9-10.0.0.12", ChangeAction.Removed),
            Change(ChangeKind.Address, "GlobalDefault/fd00::/64 fd00::1", ChangeAction.Changed),
        ]);

        Assert.Empty(counts.Listed);
        Assert.Equal(
            [("GlobalDefault/10.0.0.0/24", new DiffSummary(2, 0, 1)), ("GlobalDefault/fd00::/64", new DiffSummary(0, 1, 0))],
            counts.Counted.Select(count => (count.Where, count.Counts)));
    }

    [Theory]
    [InlineData(50, 51, 0)]
    [InlineData(51, 1, 1)]
    public void A_few_endpoints_are_listed_and_many_are_counted_by_network(int endpoints, int listed, int counted)
    {
        var id = new string('a', 64);
        var counts = ChangeCounts.Of(
        [
            Change(ChangeKind.Network, id, ChangeAction.Added) with { Name = "back" },
            .. Enumerable.Range(0, endpoints).Select(at => Change(ChangeKind.Endpoint, $"{id}/{at}", ChangeAction.Added)),
        ]);

        Assert.Equal((listed, counted), (counts.Listed.Length, counts.Counted.Length));
        Assert.All(counts.Counted, count => Assert.Equal(("back (aaaaaaaaaaaa)", endpoints), (count.Where, count.Counts.Added)));
    }

    private static StateChange Change(ChangeKind kind, string path, ChangeAction action) => new() { Kind = kind, Path = path, Action = action };
}
