using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Tests.Exposures;

public class ExposePlannerTests
{
    private static readonly StoreImage Healthy = RecordedStore.Healthy;

    private static readonly SwarmView Swarm = new("unix:///docker.sock", true, []);

    private static readonly ImmutableArray<HostRecord> Hosts =
    [
        Host("h1", "172.31.0.1", swarm: false), Host("h2", "172.31.0.2", swarm: false), Host("h3", "172.31.0.3", swarm: true),
    ];

    [Fact]
    public void A_plain_overlay_is_exposed_with_its_own_name_subnet_gateway_and_VNI()
    {
        var plan = Plan("back");
        Assert.Equal(("back", "10.81.0.0/16", "10.81.0.1"), (plan.Name, plan.Subnets[0].Subnet.ToString(), plan.Subnets[0].Gateway?.ToString()));
        Assert.Equal("10.81.128.0/17", plan.Subnets[0].Fence.ToString());
        Assert.Equal(plan.Subnets[0].LegacyVni, plan.Subnets[0].RequestedVni);
        Assert.Equal(["exposure", "bitmap", "network", "entries"], plan.Changes.Select(change => change.Kind));
        Assert.Equal(["add", "change", "add", "add"], plan.Changes.Select(change => change.Action));
        Assert.Equal(["Legacy containers cannot reach a service's virtual IP", "'back' is internal"], plan.Warnings.Select(warning => warning.Split(':')[0]));
    }

    [Fact]
    public void An_id_or_the_beginning_of_one_names_a_network_too()
    {
        var id = IdOf("back");
        Assert.Equal(id, Plan(id).LegacyNetworkId);
        Assert.Equal(id, Plan(id[..6]).LegacyNetworkId);
    }

    [Theory]
    [InlineData("nothing", "not-found", "back")]
    [InlineData("dual", "ipv6-pool", "IPv6")]
    [InlineData("enc", "encrypted", "keys")]
    [InlineData("att", "no-vni", "Start one container")]
    public void What_cannot_be_exposed_is_refused_with_reason_and_remedy(string network, string code, string said)
    {
        var refusal = Refused(network).Single(reason => reason.Code == code);
        Assert.Contains(said, $"{refusal.What} {refusal.Why} {refusal.Remedy}", StringComparison.Ordinal);
    }

    [Fact]
    public void Each_subnet_of_a_network_gets_a_fence_and_keeps_its_gateway_and_VNI()
    {
        var plan = Plan("multi");
        Assert.Equal(
            [("10.83.0.0/24", "10.83.0.128/25", "10.83.0.1", 257u), ("10.84.0.0/24", "10.84.0.128/25", "10.84.0.1", 263u)],
            plan.Subnets.Select(subnet => ($"{subnet.Subnet}", $"{subnet.Fence}", $"{subnet.Gateway}", subnet.RequestedVni!.Value)));
        Assert.Equal(["exposure", "bitmap", "bitmap", "network", "entries"], plan.Changes.Select(change => change.Kind));
    }

    [Fact]
    public void Where_one_of_several_VNIs_is_taken_swarm_chooses_them_all() =>
        Assert.All(Plan("multi", With(Foreign("other", "10.200.0.0/24", 263))).Subnets, subnet => Assert.Null(subnet.RequestedVni));

    [Fact]
    public void A_subnet_without_a_VNI_is_refused_with_the_way_to_get_one()
    {
        var key = $"docker/network/v1.0/overlay/network/{IdOf("multi")}/";
        var image = Healthy.With(key, Healthy.Text(key).Replace("\"Vni\":263", "\"Vni\":0", StringComparison.Ordinal));
        var refusal = Assert.Single(Assert.IsType<ExposeDecision.Refused>(Decide("multi", image: image)).Reasons);
        Assert.Equal("no-vni", refusal.Code);
        Assert.Contains("10.84.0.0/24", refusal.What, StringComparison.Ordinal);
        Assert.Contains("--ip ADDRESS", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_node_of_the_swarm_counts_with_an_agent_or_without()
    {
        var refusal = Assert.Single(Assert.IsType<ExposeDecision.Refused>(Decide("back", Swarm with { Nodes = 40_000 })).Reasons);
        Assert.Contains("for 40001 addresses", refusal.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Virtual_IPs_and_internal_networks_are_warned_of_before_anything_is_changed()
    {
        Assert.Contains(Plan("front").Warnings, warning => warning.Contains("--endpoint-mode dnsrr", StringComparison.Ordinal));
        Assert.DoesNotContain(Plan("front").Warnings, warning => warning.Contains("is internal", StringComparison.Ordinal));
        Assert.Contains(Plan("back").Warnings, warning => warning.Contains("is internal", StringComparison.Ordinal));
    }

    [Fact]
    public void Fences_of_other_exposures_are_not_taken_for_leaks()
    {
        var fenced = WithFenceSet(Healthy, Plan("back"));
        var other = Exposure(ExposureState.Active) with { LegacyNetworkId = "another", Name = "another" };
        Assert.DoesNotContain("leaked", Refusals(fenced, [other]), StringComparison.Ordinal);
        Assert.Contains("32767 addresses of GlobalDefault/10.81.0.0/16 are leaked", Refusals(fenced, []), StringComparison.Ordinal);

        static string Refusals(StoreImage image, ImmutableArray<ExposureRecord> exposures) =>
            Assert.Single(Assert.IsType<ExposeDecision.Refused>(Decide("back", exposures: exposures, image: image, prefixLength: 17)).Reasons).Remedy;
    }

    [Fact]
    public void All_reasons_are_given_at_once() =>
        Assert.Equal(["encrypted", "no-vni"], Refused("enc").Select(reason => reason.Code));

    [Fact]
    public void An_engine_that_is_no_manager_is_refused() =>
        Assert.Equal("no-manager", Refused("back", Swarm with { IsManager = false }).Single().Code);

    [Fact]
    public void A_foreign_swarm_network_of_the_same_name_is_refused() =>
        Assert.Equal("name-taken", Refused("back", With(Foreign("back", "10.200.0.0/24", 4097))).Single().Code);

    [Theory]
    [InlineData("10.81.5.0/24")]
    [InlineData("10.0.0.0/8")]
    public void A_swarm_network_whose_subnet_overlaps_is_refused(string subnet) =>
        Assert.Equal("subnet-taken", Refused("back", With(Foreign("other", subnet, 4097))).Single().Code);

    [Fact]
    public void Where_the_VNI_is_taken_swarm_chooses_and_the_plan_says_so()
    {
        var vni = Plan("back").Subnets[0].LegacyVni;
        var plan = Plan("back", With(Foreign("other", "10.200.0.0/24", vni)));
        Assert.Null(plan.Subnets[0].RequestedVni);
        Assert.Contains(plan.Warnings, warning => warning.Contains($"VNI {vni} belongs to the swarm network 'other'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_host_with_containers_but_no_agent_and_a_lost_host_are_warned_of()
    {
        var plan = Plan("back", hosts: [Hosts[1] with { State = HostState.Lost }, Hosts[2]]);
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("Host 172.31.0.1 has containers on 'back' but no agent", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("Host h2 has not been heard of", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_agent_in_the_swarm_the_plan_warns() =>
        Assert.Contains(Plan("back", hosts: Hosts[..2]).Warnings, warning => warning.StartsWith("No agent runs", StringComparison.Ordinal));

    [Fact]
    public void An_active_exposure_is_found_done() =>
        Assert.IsType<ExposeDecision.AlreadyExposed>(Decide("back", exposures: [Exposure(ExposureState.Active)]));

    [Fact]
    public void One_that_is_being_taken_back_is_refused() =>
        Assert.Equal("retracting", Refused("back", exposures: [Exposure(ExposureState.Retracting)]).Single().Code);

    [Fact]
    public void An_interrupted_expose_goes_on_with_its_block_while_that_is_free()
    {
        var plan = Plan("back", exposures: [Exposure(ExposureState.Preparing) with { Fence = IPNetwork.Parse("10.81.64.0/18") }]);
        Assert.Equal(("10.81.64.0/18", false), (plan.Subnets[0].Fence.ToString(), plan.Subnets[0].FenceIsSet));
        Assert.NotNull(plan.Resumes);
    }

    [Fact]
    public void An_interrupted_expose_knows_the_block_that_it_has_set()
    {
        var planned = Plan("back");
        var image = WithFenceSet(Healthy, planned);
        var plan = Plan("back", exposures: [Exposure(ExposureState.Preparing)], image: image);
        Assert.Equal((planned.Subnets[0].Fence, true), (plan.Subnets[0].Fence, plan.Subnets[0].FenceIsSet));
        Assert.Equal("keep", plan.Changes.Single(change => change.Kind == "bitmap").Action);
    }

    [Fact]
    public void An_interrupted_expose_chooses_another_block_when_an_engine_took_an_address_of_it()
    {
        var taken = Exposure(ExposureState.Preparing) with { Fence = IPNetwork.Parse("10.81.0.0/24") };
        Assert.Equal("10.81.128.0/17", Plan("back", exposures: [taken]).Subnets[0].Fence.ToString());
    }

    [Fact]
    public void The_swarm_network_of_an_interrupted_expose_is_kept()
    {
        var own = Foreign("back", "10.81.0.0/16", 4097) with { LegacyNetworkId = IdOf("back") };
        var plan = Plan("back", With(own), exposures: [Exposure(ExposureState.Preparing)]);
        Assert.Equal(own.Id, plan.SwarmNetworkId);
        Assert.Equal("keep", plan.Changes.Single(change => change.Kind == "network").Action);
    }

    [Fact]
    public void A_wish_for_the_size_of_the_block_is_heard_or_refused()
    {
        Assert.Equal("10.81.255.0/24", Plan("back", prefixLength: 24).Subnets[0].Fence.ToString());
        Assert.Equal("no-room", Refused("back", prefixLength: 8).Single().Code);
    }

    [Fact]
    public void Unexpose_frees_the_fence_but_for_what_legacy_containers_claim()
    {
        var exposure = Exposure(ExposureState.Active) with { Fence = IPNetwork.Parse("10.81.0.0/24") };
        var plan = UnexposePlan.For(exposure, Inventory.From(Healthy), ["web on h3"], ["h2"]);
        Assert.Contains(IPAddress.Parse("10.81.0.3"), plan.Claimed);
        Assert.Equal(["network", "entries", "bitmap", "exposure"], plan.Changes.Select(change => change.Kind));
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("Host h2 is not heard of", StringComparison.Ordinal));
        Assert.Equal("10.81.0.0/24", Assert.Single(plan.Blocks).Block.ToString());
    }

    private static ExposePlan Plan(
        string network, SwarmView? swarm = null, ImmutableArray<ExposureRecord>? exposures = null, ImmutableArray<HostRecord>? hosts = null,
        StoreImage? image = null, int? prefixLength = null) =>
        Assert.IsType<ExposeDecision.Planned>(Decide(network, swarm, exposures, hosts, image, prefixLength)).Plan;

    private static ImmutableArray<ExposeRefusal> Refused(
        string network, SwarmView? swarm = null, ImmutableArray<ExposureRecord>? exposures = null, int? prefixLength = null) =>
        Assert.IsType<ExposeDecision.Refused>(Decide(network, swarm, exposures, null, null, prefixLength)).Reasons;

    private static ExposeDecision Decide(
        string network, SwarmView? swarm = null, ImmutableArray<ExposureRecord>? exposures = null, ImmutableArray<HostRecord>? hosts = null,
        StoreImage? image = null, int? prefixLength = null) =>
        ExposePlanner.Decide(new(network, prefixLength), image ?? Healthy, swarm ?? Swarm, exposures ?? [], hosts ?? Hosts);

    private static string IdOf(string network) => Inventory.From(Healthy).Networks.Single(candidate => candidate.Name == network).Id;

    private static SwarmView With(SwarmNetwork network) => Swarm with { Networks = [network] };

    private static SwarmNetwork Foreign(string name, string subnet, uint vni) => new("swarmnetworkid00000000001", name, [IPNetwork.Parse(subnet)], [vni], null);

    private static HostRecord Host(string name, string vtep, bool swarm) => new(
        name, "engine", "26.1.5", IPAddress.Parse(vtep), new(swarm ? "node" : "", swarm ? "active" : "inactive", swarm), HostState.Up,
        EngineState.Up, DateTimeOffset.UnixEpoch, "0.1.0");

    private static ExposureRecord Exposure(ExposureState state) => new(
        "back", IdOf("back"), "", IPNetwork.Parse("10.81.0.0/16"), IPAddress.Parse("10.81.0.1"), IPNetwork.Parse("10.81.128.0/17"), 257, 257,
        "consul://172.31.0.250:8500", state, DateTimeOffset.UnixEpoch);

    private static StoreImage WithFenceSet(StoreImage image, ExposePlan plan) => image with
    {
        Entries = [.. image.Entries.Select(entry => entry.Key == plan.Subnets[0].BitmapKey
            ? entry with { Value = FenceBits.Take(RecordFormats.Bitmap.Read(entry), plan.Subnets[0].FenceBlock).Record.Bytes }
            : entry)],
    };
}
