using System.Net;
using CsCheck;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Tests.Fence;

public class FencePlannerTests
{
    private static readonly Inventory Healthy = Inventory.From(RecordedStore.Healthy);

    [Fact]
    public void Half_of_an_empty_pool_at_its_high_end_is_fenced()
    {
        var plan = Plan("att");
        Assert.Equal(("10.86.0.128/25", 127ul, 126ul), (plan.Block.ToString(), plan.Block.Capacity, plan.LeftToLegacy));
        Assert.Equal(("GlobalDefault/10.86.0.0/24", "10.86.0.1", "att"), (plan.PoolId, plan.Gateway, plan.NetworkName));
        Assert.Equal(("docker/network/v1.0/ipam/default/data/GlobalDefault/10.86.0.0/24/", 37861ul), (plan.BitmapKey, plan.BitmapIndex));
        Assert.Contains(plan.Explanation, line => line.Contains("127 addresses for swarm, 126 stay"));
    }

    [Fact]
    public void Gateway_auxiliary_addresses_endpoints_and_the_legacy_range_are_respected()
    {
        var plan = Plan("front");
        Assert.Equal(("10.80.0.128/26", 64ul), (plan.Block.ToString(), plan.Block.Capacity));
        Assert.Contains(plan.Explanation, line => line.Contains("outside the ranges") && line.Contains("10.80.0.64/26"));
    }

    [Fact]
    public void An_address_in_use_whose_bit_is_clear_is_respected()
    {
        // .100 of the damaged store; without the claim, /27 at .96 would be the highest block below .128.
        var plan = Plan(RecordedStore.Damaged, new FenceRequest(Id("front")) { PrefixLength = 27 });
        Assert.Equal("10.80.0.192/27", plan.Block.ToString());
        var ground = Refusal(Full(RecordedStore.Damaged, 128, 254), new FenceRequest(Id("front")) { PrefixLength = 27 }, 96, 127);
        Assert.Contains("10.80.0.100 endpoint shop_db_1", ground.InTheWay);
    }

    [Fact]
    public void The_wanted_size_is_kept()
    {
        Assert.Equal("10.81.128.0/17", Plan(RecordedStore.Healthy, new FenceRequest(Id("back")) { PrefixLength = 17 }).Block.ToString());
        Assert.Equal("10.81.255.240/28", Plan(RecordedStore.Healthy, new FenceRequest(Id("back")) { PrefixLength = 28 }).Block.ToString());
    }

    [Fact]
    public void The_broadcast_counts_for_nothing()
    {
        Assert.Equal("10.86.0.254/32", Plan(RecordedStore.Healthy, new FenceRequest(Id("att")) { PrefixLength = 32, Containers = 0 }).Block.ToString());
        Assert.Equal("10.86.0.248/30", Plan(RecordedStore.Healthy, new FenceRequest(Id("att")) { PrefixLength = 30, Containers = 3 }).Block.ToString());
    }

    [Fact]
    public void One_address_for_each_node_is_added_to_the_containers()
    {
        var plan = Plan(RecordedStore.Healthy, new FenceRequest(Id("att")) { Nodes = 27, Containers = 100 });
        Assert.Equal((127ul, "10.86.0.128/25"), (plan.Needed, plan.Block.ToString()));
        var refusal = Refused(new FenceRequest(Id("att")) { Nodes = 28, Containers = 100 });
        Assert.Contains("no free aligned block of /25 for 128 addresses", refusal.Reason);
    }

    [Theory]
    [InlineData("enc", "encrypted")]
    [InlineData("multi", "several IPv4 subnets: 10.83.0.0/24, 10.84.0.0/24")]
    public void A_network_that_cannot_be_shared_is_refused_with_the_reason(string name, string reason) =>
        Assert.Contains(reason, Refused(new FenceRequest(Id(name))).Reason);

    [Fact]
    public void One_of_several_subnets_can_be_chosen() =>
        Assert.Equal("10.84.0.128/25", Plan(RecordedStore.Healthy, new FenceRequest(Id("multi")) { Subnet = "10.84.0.0/24" }).Block.ToString());

    [Fact]
    public void What_cannot_be_planned_says_why()
    {
        Assert.Contains("no network 00", Refused(new FenceRequest("00")).Reason);
        Assert.Contains("no subnet 10.1.0.0/24", Refused(new FenceRequest(Id("att")) { Subnet = "10.1.0.0/24" }).Reason);
        Assert.Contains("/24 is no part of 10.86.0.0/24", Refused(new FenceRequest(Id("att")) { PrefixLength = 24 }).Reason);
        Assert.Contains("fewer addresses than the 50", Refused(new FenceRequest(Id("att")) { PrefixLength = 28, Containers = 49 }).Reason);
        string bitmap = Plan("att").BitmapKey;
        Assert.Contains("missing or cannot be decoded", Refused(RecordedStore.Healthy.With(bitmap, null), new FenceRequest(Id("att"))).Reason);
        Assert.Contains("missing or cannot be decoded", Refused(RecordedStore.Healthy.With(bitmap, "{"), new FenceRequest(Id("att"))).Reason);
        string other = RecordedStore.Healthy.Text(RecordedStore.Healthy.Key("data/GlobalDefault/10.81.0.0"));
        Assert.Contains("65536 bits", Refused(RecordedStore.Healthy.With(bitmap, other), new FenceRequest(Id("att"))).Reason);
    }

    [Fact]
    public void The_IPv6_pool_of_a_network_is_said_not_to_be_shared() =>
        Assert.Contains(Plan("dual").Explanation, line => line.Contains("IPv6 pool is not shared"));

    [Fact]
    public void A_planned_block_is_free_aligned_and_large_enough_whatever_is_taken() =>
        Gen.Select(Gen.Select(Gen.Int[1, 254], Gen.Int[1, 30]).Array[0, 6], Gen.Int[0, 60], Gen.Int[1, 4]).Sample((taken, containers, nodes) =>
        {
            var image = taken.Aggregate(RecordedStore.Healthy, (store, t) => Full(store, (ulong)t.Item1, (ulong)Math.Min(254, t.Item1 + t.Item2), "att"));
            var decision = FencePlanner.Plan(image, new FenceRequest(Id("att")) { Containers = containers, Nodes = nodes });
            var record = Bitmap(image, "att");
            var bits = record.Value.Sequence;
            if (decision is not FencePlan plan)
            {
                ulong least = 1;
                while (least < (ulong)(containers + nodes))
                    least *= 2;
                bool top = bits.CountSet(256 - least, 254) == 0 && least - 1 >= (ulong)(containers + nodes);
                return !top && bits.FindFreeBlock(least, 0, 254, highest: true) is null;
            }
            Assert.True(plan.Block.Capacity >= plan.Needed);
            Assert.Equal(0ul, bits.CountSet(plan.Block.First, plan.Block.Last));
            var taking = FenceBits.Take(record, plan.Block);
            Assert.Equal(FenceOutcome.Changed, taking.Outcome);
            Assert.Equal(bits.Unselected - plan.Block.Capacity, taking.Record.Value.Sequence.Unselected);
            Assert.Equal(FenceOutcome.AlreadySo, FenceBits.Take(taking.Record, plan.Block).Outcome);
            var released = FenceBits.Release(taking.Record, plan.Block, []);
            return released.Outcome == FenceOutcome.Changed && released.Record.Bytes.AsSpan().SequenceEqual(record.Bytes.AsSpan());
        });

    [Fact]
    public void A_block_that_somebody_took_from_in_the_meantime_is_a_conflict()
    {
        var plan = Plan("att");
        var raced = Bitmap(Full(RecordedStore.Healthy, 130, 131, "att"), "att");
        var change = FenceBits.Take(raced, plan.Block);
        Assert.Equal(FenceOutcome.Conflict, change.Outcome);
        Assert.Equal(["10.86.0.130", "10.86.0.131"], change.InTheWay);
        Assert.Same(raced, change.Record);
    }

    [Fact]
    public void Releasing_leaves_the_addresses_that_somebody_holds_and_the_broadcast()
    {
        var plan = Plan("att");
        var taken = FenceBits.Take(Bitmap(RecordedStore.Healthy, "att"), plan.Block).Record;
        var released = FenceBits.Release(taken, plan.Block, [IPAddress.Parse("10.86.0.200"), IPAddress.Parse("10.86.0.3"), IPAddress.Parse("fd00::1")]);
        Assert.Equal([new(0, 1), new(200, 200), new(255, 255)], released.Record.Value.Sequence.SetRanges());
        Assert.Equal(FenceOutcome.AlreadySo, FenceBits.Release(released.Record, plan.Block, [IPAddress.Parse("10.86.0.200")]).Outcome);
    }

    [Theory]
    [InlineData("10.86.0.0/24", "10.86.0.128/25", true)]
    [InlineData("10.86.0.0/24", "10.86.0.255/32", false)] // the broadcast alone
    [InlineData("10.86.0.0/24", "10.86.0.129/25", false)]
    [InlineData("10.86.0.0/24", "10.86.0.0/24", false)]
    [InlineData("10.86.0.0/24", "10.87.0.0/25", false)]
    [InlineData("fd00::/64", "fd00::/65", false)]
    public void Only_a_real_part_of_an_IPv4_pool_is_a_block(string subnet, string block, bool real) =>
        Assert.Equal(real, FenceBlock.TryParse(subnet, block, out _));

    [Fact]
    public void A_bitmap_of_another_size_is_a_conflict_never_an_error()
    {
        Assert.True(FenceBlock.TryParse("10.86.0.0/16", "10.86.128.0/17", out var block));
        Assert.Equal(FenceOutcome.Conflict, FenceBits.Take(Bitmap(RecordedStore.Healthy, "att"), block).Outcome);
        Assert.Equal(FenceOutcome.Conflict, FenceBits.Release(Bitmap(RecordedStore.Healthy, "att"), block, []).Outcome);
    }

    private static FencePlan Plan(string name) => Plan(RecordedStore.Healthy, new FenceRequest(Id(name)));

    private static FencePlan Plan(StoreImage image, FenceRequest request) => Assert.IsType<FencePlan>(FencePlanner.Plan(image, request));

    private static FenceRefusal Refused(FenceRequest request) => Refused(RecordedStore.Healthy, request);

    private static FenceRefusal Refused(StoreImage image, FenceRequest request) => Assert.IsType<FenceRefusal>(FencePlanner.Plan(image, request));

    // Only the named part is left free of what was taken; everything else below is made full too.
    private static FenceRefusal Refusal(StoreImage image, FenceRequest request, ulong first, ulong last) =>
        Refused(Full(Full(image, 1, first - 1), last + 1, 254), request);

    private static string Id(string name) => Healthy.Networks.Single(n => n.Name == name).Id;

    private static StoredRecord<BitmapRecord> Bitmap(StoreImage image, string name)
    {
        string pool = Healthy.Networks.Single(n => n.Name == name).Subnets[0].Subnet;
        return RecordFormats.Bitmap.Read(image.Entries.Single(e => e.Key.EndsWith($"data/GlobalDefault/{pool}/", StringComparison.Ordinal)));
    }

    private static StoreImage Full(StoreImage image, ulong first, ulong last, string name = "front")
    {
        var bitmap = Bitmap(image, name);
        var full = bitmap.With(bitmap.Value with { Sequence = bitmap.Value.Sequence.Set(first, last) });
        return image with { Entries = [.. image.Entries.Select(e => e.Key == full.Key ? e with { Value = full.Bytes } : e)] };
    }
}
