using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule01UnreadableNetworkTests() : RuleTests(1)
{
    private static ImmutableSortedDictionary<string, string> Aux => ImmutableSortedDictionary<string, string>.Empty.Add("vip", "10.60.0.77/24");

    [Fact]
    public void A_network_record_that_is_cut_off_is_found_with_the_byte()
    {
        var finding = Only(Healthy().Cut(NetworkKey(Web), 100));
        Assert.Equal((Id(Web), AuditSeverity.Critical), (finding.Subject, finding.Severity));
        Assert.Equal([NetworkKey(Web)], finding.Keys);
        Assert.Contains("byte 100", finding.Message);
    }

    [Fact]
    public void Its_pool_is_not_called_an_orphan_nor_its_addresses_leaked()
    {
        var finding = Only(Healthy().Network(Web, n => n with { IpamV4Info = [n.IpamV4Info[0] with { AuxAddresses = Aux }] })
            .Bitmap(Subnet, b => b.Set(77)).Cut(NetworkKey(Web), 300));
        Assert.Equal(["OB09 " + Address("10.60.0.1"), "OB09 " + Address("10.60.0.77"), "OB18 " + PoolId(Subnet)], Explained(finding));
    }

    [Fact]
    public void A_record_with_unknown_fields_and_blanks_is_readable()
    {
        var store = Healthy();
        Silent(store.Put(NetworkKey(Web), " " + store.Text(NetworkKey(Web)).Replace("{\"addrSpace\"", "{ \"new\": 1, \"addrSpace\"")));
    }
}
