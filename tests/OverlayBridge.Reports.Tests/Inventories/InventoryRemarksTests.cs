using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Reports.Inventories;

namespace OverlayBridge.Reports.Tests.Inventories;

public sealed class InventoryRemarksTests
{
    [Theory]
    [InlineData("172.31.0.9", true)]
    [InlineData("overlaybridge/172.31.0.9", false)]
    public async Task A_host_that_discovery_does_not_know_is_lost_unless_its_records_are_the_bridges_own(string locator, bool lost)
    {
        var inventory = Inventory.From(await Samples.RecordedAsync("consul-healthy"));
        var host = inventory.Hosts[0] with { Address = locator, Advertised = [], Endpoints = 2 };
        var table = new InventoryReport(inventory with { Hosts = [host] }, []).Table(120, colour: false);

        Assert.Equal(lost, !BridgeEndpoint.IsMarked(locator));
        Assert.Equal(lost, table.Contains("The host has 2 endpoints, but is not in docker/nodes: lost, or cut off.", StringComparison.Ordinal));
    }
}
