using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit;
using System.Collections.Immutable;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule09LeakedAddressTests() : RuleTests(9)
{
    private static ImmutableSortedDictionary<string, string> Aux => ImmutableSortedDictionary<string, string>.Empty.Add("vip", "10.60.0.77/24");

    [Fact]
    public void A_set_bit_that_nothing_claims_is_found()
    {
        var finding = Only(Healthy().Bitmap(Subnet, b => b.Set(77)));
        Assert.Equal((Address("10.60.0.77"), Web, true), (finding.Subject, finding.Network!.Name, finding.Repairable));
        Assert.Equal([BitmapKey(Subnet)], finding.Keys);
    }

    [Fact]
    public void Several_of_one_pool_are_one_finding_that_names_each()
    {
        var finding = Only(Healthy().Bitmap(Subnet, b => b.Set(77).Set(90, 91)));
        Assert.Equal(PoolId(Subnet), finding.Subject);
        Assert.Equal(["OB09 " + Address("10.60.0.77"), "OB09 " + Address("10.60.0.90"), "OB09 " + Address("10.60.0.91")], Explained(finding));
    }

    [Fact]
    public void Gateway_auxiliary_network_and_broadcast_addresses_are_claimed() =>
        Silent(Healthy().Network(Web, n => n with { IpamV4Info = [n.IpamV4Info[0] with { AuxAddresses = Aux }] }).Bitmap(Subnet, b => b.Set(77)));

    [Fact]
    public void A_fence_is_claimed()
    {
        Assert.True(Cidr.TryParse("10.60.0.64/27", out var fence));
        var image = Healthy().Bitmap(Subnet, b => b.Set(64, 96)).Build();
        Assert.Equal([Address("10.60.0.96")], Auditor.Audit(new AuditInput { Image = image, Fences = [fence] }).Findings.Select(f => f.Subject));
    }

    [Fact]
    public void A_full_IPv6_bitmap_is_one_range() =>
        Assert.Equal(Address("fd00:60::3-fd00:60::ffff:ffff:ffff:fffe", "fd00:60::/64"),
            Found(new StoreBuilder().Network(Web, Subnet, "fd00:60::/64").Endpoint(Web, "a").Bitmap("fd00:60::/64", b => b.Set(0, ulong.MaxValue - 1))).Subject);

    [Fact]
    public void A_container_that_runs_with_it_is_another_matter() =>
        Assert.DoesNotContain(Audit(Healthy().Delete(EndpointKey(Web, "a")).Count(Web, 1), Engine((Web, "a", "10.60.0.2"), (Web, "b", "10.60.0.3"))), f => f.Rule == "OB09");

    [Fact]
    public void A_bitmap_that_changed_between_the_reads_is_not_judged() =>
        NeedsRest(() => Healthy().Bitmap(Subnet, b => b.Set(77)), store => store.Bitmap(Subnet, b => b.Set(90).Clear(90)));

    [Fact]
    public void An_address_between_its_bit_and_its_endpoint_is_not_reported() =>
        NeedsRest(() => Healthy().Bitmap(Subnet, b => b.Set(4)), _ => Healthy().Endpoint(Web, "c"));
}
