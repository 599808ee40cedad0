using CsCheck;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.AddressMaps;

namespace OverlayBridge.Reports.Tests.AddressMaps;

public sealed class AddressMapTests
{
    [Fact]
    public void A_bit_that_nobody_claims_is_leaked()
    {
        var map = Map(Gateway(1), Unclaimed(2, 2), Endpoint(3, "web"));

        Assert.Equal(
            [(1UL, AddressState.Reserved), (2UL, AddressState.Leaked), (3UL, AddressState.Used)],
            map.Runs.Select(run => (run.First, run.State)));
    }

    [Fact]
    public void A_claim_without_its_bit_is_unmarked()
    {
        var run = Assert.Single(Map(Endpoint(3, "web") with { InBitmap = false }).Runs);

        Assert.Equal(AddressState.Unmarked, run.State);
        Assert.Equal(["web"], run.Claims.Select(claim => claim.Name));
    }

    [Fact]
    public void Two_endpoints_on_one_address_are_a_duplicate_with_both_owners()
    {
        var run = Assert.Single(Map(Endpoint(3, "web"), Endpoint(3, "db")).Runs);

        Assert.Equal(AddressState.Duplicate, run.State);
        Assert.Equal(["web", "db"], run.Claims.Select(claim => claim.Name));
    }

    [Fact]
    public void An_endpoint_on_the_gateway_address_is_a_duplicate() =>
        Assert.Equal(AddressState.Duplicate, Assert.Single(Map(Gateway(1), Endpoint(1, "web")).Runs).State);

    [Fact]
    public void One_gateway_shared_by_two_networks_is_reserved_not_duplicate() =>
        Assert.Equal(AddressState.Reserved, Assert.Single(Map(Gateway(1), Gateway(1)).Runs).State);

    [Fact]
    public void Without_a_bitmap_claims_stand_as_they_are() => Assert.Equal(
        [AddressState.Reserved, AddressState.Used],
        Map(Gateway(1) with { InBitmap = null }, Endpoint(3, "web") with { InBitmap = null }).Runs.Select(run => run.State));

    [Fact]
    public void A_fence_takes_its_part_out_of_what_nobody_claims()
    {
        var map = AddressMap.Of(Pool(256, Unclaimed(190, 255)), [new AddressFence(192, 255, "back")]);

        Assert.Equal(
            [(190UL, 191UL, AddressState.Leaked), (192UL, 255UL, AddressState.Fenced)],
            map.Runs.Select(run => (run.First, run.Last, run.State)));
    }

    [Fact]
    public void Bits_that_the_inventory_knows_as_fenced_are_one_run()
    {
        var fenced = Unclaimed(192, 254) with { Owner = AddressOwner.Fence };

        var map = AddressMap.Of(Pool(256, fenced), [new AddressFence(192, 254, "back")]);

        Assert.Equal((192UL, 254UL, AddressState.Fenced), (map.Runs[0].First, map.Runs[0].Last, Assert.Single(map.Runs).State));
    }

    [Fact]
    public void A_fence_that_the_bitmap_does_not_have_is_unmarked() => Assert.Equal(
        AddressState.Unmarked,
        Assert.Single(AddressMap.Of(Pool(256), [new AddressFence(192, 255, "back")]).Runs).State);

    [Fact]
    public void The_last_addresses_of_an_IPv6_64_do_not_overflow() => Assert.Equal(
        [(0UL, 0UL), (1UL, ulong.MaxValue - 1)],
        AddressMap.Of(Pool(ulong.MaxValue, Gateway(0), Unclaimed(1, ulong.MaxValue - 1)), []).Runs
            .Select(run => (run.First, run.Last)));

    [Fact]
    public void Runs_ascend_without_overlap_and_cover_every_range_claim_and_fence() =>
        Gen.Select(Gen.Int[0, 511].Array[0, 80], Gen.Int[0, 511].Array[0, 40], Gen.Int[0, 450]).Sample((bits, claimed, fence) =>
        {
            var used = bits.Except(claimed).Distinct().Order().Select(at => Unclaimed((ulong)at, (ulong)at))
                .Concat(claimed.Select(at => Endpoint((ulong)at, $"e{at}")));
            var map = AddressMap.Of(Pool(512, [.. used]), [new AddressFence((ulong)fence, (ulong)fence + 40, "f")]);

            Assert.All(map.Runs.Zip(map.Runs.Skip(1)), pair => Assert.True(pair.First.Last < pair.Second.First));
            var covered = map.Runs.SelectMany(run => Enumerable.Range((int)run.First, (int)run.Count)).ToHashSet();
            Assert.True(bits.Concat(claimed).Concat(Enumerable.Range(fence, 41)).ToHashSet().SetEquals(covered));
        });

    // Where nothing is to be cut, states are counted and runs made only when asked for; a fence beyond the claims makes all of it at once.
    [Fact]
    public void A_sound_pool_counts_and_runs_as_any_other_does() =>
        Gen.Select(Gen.Int[0, 60].Array[0, 40], Gen.Bool.Array[40], Gen.Bool.Array[40]).Sample((ordinals, marked, held) =>
        {
            UsedAddress[] claims = [.. ordinals.Order().Select((at, i) =>
                (held[i] ? Endpoint((ulong)at, $"e{i}") : Gateway((ulong)at)) with { InBitmap = marked[i] })];
            var (lazy, cut) = (Map(claims), AddressMap.Of(Pool(256, claims), [new AddressFence(200, 201, "f")]));

            Assert.All(AddressStates.All.Except([AddressState.Fenced, AddressState.Unmarked]),
                state => Assert.Equal(cut.Count(state), lazy.Count(state)));
            Assert.All(AddressStates.All, state => Assert.Equal(lazy.Count(state), (ulong)lazy.Runs.Count(run => run.State == state)));
            Assert.Equal(
                cut.Runs.Where(run => run.Fence is null).Select(run => (run.First, run.Last, run.State, string.Join(' ', run.Claims.Select(claim => claim.Name)))),
                lazy.Runs.Select(run => (run.First, run.Last, run.State, string.Join(' ', run.Claims.Select(claim => claim.Name)))));
        });

    private static AddressMap Map(params UsedAddress[] addresses) => AddressMap.Of(Pool(256, addresses), []);

    private static PoolView Pool(ulong size, params UsedAddress[] addresses) => new()
    {
        Id = "GlobalDefault/10.9.0.0/24",
        Kind = PoolKind.Master,
        AddressSpace = "GlobalDefault",
        Subnet = "10.9.0.0/24",
        Configured = true,
        Size = size,
        HasBitmap = true,
        Addresses = [.. addresses],
    };

    private static UsedAddress Gateway(ulong at) => Used(at, at, AddressOwner.Gateway);

    private static UsedAddress Endpoint(ulong at, string name) => Used(at, at, AddressOwner.Endpoint) with { Name = name };

    private static UsedAddress Unclaimed(ulong first, ulong last) => Used(first, last, AddressOwner.Unknown);

    private static UsedAddress Used(ulong first, ulong last, AddressOwner owner) => new()
    {
        Address = $"{first}",
        LastAddress = $"{last}",
        Count = last - first + 1,
        Ordinal = first,
        Owner = owner,
        InBitmap = true,
    };
}
