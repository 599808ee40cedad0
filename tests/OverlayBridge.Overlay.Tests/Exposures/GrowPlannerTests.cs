using System.Net;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Tests.Exposures;

public class GrowPlannerTests
{
    private static readonly StoreImage Exposed = WithSet(RecordedStore.Healthy, "10.81.128.0/17");

    [Fact]
    public void A_further_block_is_the_highest_free_one_beside_the_fence()
    {
        var plan = Plan(Exposure(), 24);
        Assert.Equal(("10.81.127.0/24", false), (plan.Block.ToString(), plan.IsSet));
        Assert.Equal([new ReservedBlock(IPNetwork.Parse("10.81.127.0/24"), true)], plan.With(isSet: true).Reserves);
        Assert.Equal(["exposure", "bitmap"], plan.Changes.Select(change => change.Kind));
    }

    [Fact]
    public void A_second_further_block_lies_beside_the_first()
    {
        var first = Exposure() with { Reserves = [new(IPNetwork.Parse("10.81.127.0/24"), true)] };
        var plan = Plan(first, 24, WithSet(Exposed, "10.81.127.0/24"));
        Assert.Equal("10.81.126.0/24", plan.Block.ToString());
        Assert.Equal(2, plan.With(isSet: true).Reserves.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_interrupted_run_is_gone_on_with(bool bitsWereSet)
    {
        var begun = Exposure() with { Reserves = [new(IPNetwork.Parse("10.81.64.0/24"), false)] };
        var plan = Plan(begun, 24, bitsWereSet ? WithSet(Exposed, "10.81.64.0/24") : Exposed);
        Assert.Equal(("10.81.64.0/24", bitsWereSet), (plan.Block.ToString(), plan.IsSet));
        Assert.Equal([new ReservedBlock(IPNetwork.Parse("10.81.64.0/24"), true)], plan.With(isSet: true).Reserves);
    }

    [Fact]
    public void Unexpose_gives_the_further_blocks_back_too()
    {
        var grown = Exposure() with { Reserves = [new(IPNetwork.Parse("10.81.127.0/24"), true)] };
        var plan = UnexposePlan.For(grown, Inventory.From(WithSet(Exposed, "10.81.127.0/24")), [], []);
        Assert.Equal(["10.81.128.0/17", "10.81.127.0/24"], plan.Blocks.Select(held => held.Block.ToString()));
    }

    [Theory]
    [InlineData(ExposureState.Preparing, "not-active")]
    [InlineData(ExposureState.Retracting, "not-active")]
    public void Only_an_active_exposure_is_given_more(ExposureState state, string code) =>
        Assert.Equal(code, Refused(Exposure() with { State = state }, 24).Code);

    [Fact]
    public void What_is_not_exposed_is_refused() =>
        Assert.Equal("not-exposed", Assert.Single(Assert.IsType<GrowDecision.Refused>(GrowPlanner.Decide(new("back", 24), Exposed, [])).Reasons).Code);

    [Fact]
    public void Of_several_subnets_one_must_be_named()
    {
        var two = Exposure() with
        {
            LegacyNetworkId = Inventory.From(RecordedStore.Healthy).Networks.Single(network => network.Name == "multi").Id,
            Subnet = IPNetwork.Parse("10.83.0.0/24"),
            Fence = IPNetwork.Parse("10.83.0.128/25"),
            MoreSubnets = [new(IPNetwork.Parse("10.84.0.0/24"), null, IPNetwork.Parse("10.84.0.128/25"), 263, 263)],
        };
        Assert.Equal("which-subnet", Refused(two, 26).Code);
        var plan = Assert.IsType<GrowDecision.Planned>(GrowPlanner.Decide(new("back", 26, "10.84.0.0/24"), WithSet(Exposed, "10.84.0.128/25", "10.84.0.0/24"), [two])).Plan;
        Assert.Equal("10.84.0.64/26", plan.Block.ToString());
    }

    [Fact]
    public void No_room_is_said_with_what_would_make_room()
    {
        var refusal = Refused(Exposure(), 17);
        Assert.Equal("no-room", refusal.Code);
        Assert.DoesNotContain("leaked", refusal.Remedy, StringComparison.Ordinal);
        var leaked = Refused(Exposure(), 18, WithSet(Exposed, "10.81.64.0/18"));
        Assert.Contains("16384 addresses of GlobalDefault/10.81.0.0/16 are leaked", leaked.Remedy, StringComparison.Ordinal);
        Assert.Contains("repair", leaked.Remedy, StringComparison.Ordinal);
    }

    private static GrowPlan Plan(ExposureRecord exposure, int length, StoreImage? image = null) =>
        Assert.IsType<GrowDecision.Planned>(GrowPlanner.Decide(new("back", length), image ?? Exposed, [exposure])).Plan;

    private static ExposeRefusal Refused(ExposureRecord exposure, int length, StoreImage? image = null) =>
        Assert.Single(Assert.IsType<GrowDecision.Refused>(GrowPlanner.Decide(new("back", length), image ?? Exposed, [exposure])).Reasons);

    private static ExposureRecord Exposure() => new(
        "back", Inventory.From(RecordedStore.Healthy).Networks.Single(network => network.Name == "back").Id, "swarmid", IPNetwork.Parse("10.81.0.0/16"),
        IPAddress.Parse("10.81.0.1"), IPNetwork.Parse("10.81.128.0/17"), 257, 257, "consul://172.31.0.250:8500", ExposureState.Active, DateTimeOffset.UnixEpoch);

    private static StoreImage WithSet(StoreImage image, string range, string subnet = "10.81.0.0/16")
    {
        Assert.True(FenceBlock.TryParse(subnet, range, out var block));
        return image with
        {
            Entries = [.. image.Entries.Select(entry => entry.Key.EndsWith($"data/GlobalDefault/{subnet}/", StringComparison.Ordinal)
                ? entry with { Value = FenceBits.Restore(RecordFormats.Bitmap.Read(entry), block).Record.Bytes }
                : entry)],
        };
    }
}
