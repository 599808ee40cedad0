using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

public sealed class ConversionChecksTests
{
    private static readonly ImmutableArray<PlanNetwork> Plan = [new("appnet", ModelHosts.Goal.Networks[0].LegacyId, IPNetwork.Parse("10.60.0.0/24"))];

    private static readonly ExposureRecord Exposure = new(
        "appnet", Plan[0].Id, "swarm-appnet", Plan[0].Subnet, null, IPNetwork.Parse("10.60.0.128/25"), 256, 256, "consul://c:8500", ExposureState.Active, default);

    private static readonly ModelHost Healthy = ModelHosts.Legacy(ModelHosts.Container("db", 2));

    [Fact]
    public void Nothing_stands_in_the_way_of_a_healthy_host() => Assert.Empty(Find(Healthy));

    [Fact]
    public void An_engine_without_a_store_or_with_it_on_the_command_line_is_refused()
    {
        Assert.Contains("works on no store", Single(Healthy with { Setup = Healthy.Setup with { ClusterStore = "" } }), StringComparison.Ordinal);
        Assert.Contains("command line", Single(Healthy with { DaemonJson = "{}" }), StringComparison.Ordinal);
        Assert.Contains("no JSON", Single(Healthy with { DaemonJson = "[" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Live_restore_and_another_swarm_are_refused()
    {
        Assert.Contains("live-restore", Single(Healthy with { Setup = Healthy.Setup with { LiveRestore = true } }), StringComparison.Ordinal);
        Assert.Contains("in a swarm already", Single(Healthy with { Setup = Healthy.Setup with { SwarmState = "active" } }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_not_exposed_is_refused()
    {
        Assert.Contains("not exposed", Assert.Single(Find(Healthy, exposures: [])).What, StringComparison.Ordinal);
        Assert.Contains("retracting", Assert.Single(Find(Healthy, exposures: [Exposure with { State = ExposureState.Retracting }])).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("restarting")]
    [InlineData("paused")]
    [InlineData("dead")]
    public void A_container_in_between_is_refused(string state) =>
        Assert.Contains($"db is {state}", Single(ModelHosts.Legacy(ModelHosts.Container("db", 2) with { State = state })), StringComparison.Ordinal);

    [Fact]
    public void An_address_that_the_swarm_side_has_is_refused()
    {
        var taken = new AttachmentRecord(
            "swarm-appnet", "appnet", "e", "c", "thief", new InterfaceAddress(IPAddress.Parse("10.60.0.2"), 24), new PhysicalAddress([2, 66, 10, 60, 0, 2]), []);

        var obstacle = Assert.Single(Find(Healthy, others: [("h4", taken)]));

        Assert.Contains("thief on h4", obstacle.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_refused() => Assert.Contains("1 MiB", Assert.Single(Find(Healthy, free: 1 << 20)).What, StringComparison.Ordinal);

    [Fact]
    public void A_container_without_an_init_may_take_long_to_stop_and_is_named()
    {
        var slow = ModelHosts.Legacy(ModelHosts.Container("db", 2) with { HasInit = false }, ModelHosts.Container("web", 3), ModelHosts.Container("quick", 4) with { HasInit = false, StopTimeout = TimeSpan.FromSeconds(2) });

        Assert.Contains("db runs without an init", Assert.Single(ConversionChecks.SlowStops(slow.Look())), StringComparison.Ordinal);
    }

    private static string Single(ModelHost host) => Assert.Single(Find(host)).What;

    private static ImmutableArray<Obstacle> Find(
        ModelHost host, ImmutableArray<ExposureRecord>? exposures = null, ImmutableArray<(string, AttachmentRecord)>? others = null, long? free = null) =>
        ConversionChecks.Find(host.Look(), host.Setup, Plan, exposures ?? [Exposure], others ?? [], free, isDryRun: false);
}
