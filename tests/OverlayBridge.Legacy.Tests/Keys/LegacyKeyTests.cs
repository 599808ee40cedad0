using CsCheck;
using OverlayBridge.Legacy.Keys;

namespace OverlayBridge.Legacy.Tests.Keys;

public class LegacyKeyTests
{
    private const string Nid = "0eb37f9d8e37a2addb73ce1cf92613511a84c4b31b31f6755340c255e19d3243";
    private const string Eid = "011e7dd861631ceb78d1832b26acaf684d642458d9e97e63800ed26720fded15";

    public static TheoryData<string, LegacyKey> Kinds => new()
    {
        { $"docker/network/v1.0/network/{Nid}/", new NetworkKey("", Nid) },
        { $"docker/network/v1.0/endpoint_count/{Nid}/", new EndpointCountKey("", Nid) },
        { $"docker/network/v1.0/endpoint/{Nid}/{Eid}/", new EndpointKey("", Nid, Eid) },
        { $"docker/network/v1.0/endpoint/{Nid}/", new EndpointFolderKey("", Nid) },
        { $"docker/network/v1.0/overlay/network/{Nid}/", new OverlayNetworkKey("", Nid) },
        { "docker/network/v1.0/idm/vxlan-id/", new VxlanIdsKey("") },
        { "docker/network/v1.0/ipam/default/config/GlobalDefault/", new PoolConfigurationKey("", "GlobalDefault") },
        { "docker/network/v1.0/ipam/default/data/GlobalDefault/10.80.0.0/24/", new AddressBitmapKey("", "GlobalDefault", "10.80.0.0/24") },
        { "docker/network/v1.0/ipam/default/data/GlobalDefault/fd00:82::/64/", new AddressBitmapKey("", "GlobalDefault", "fd00:82::/64") },
        { "docker/nodes/172.31.0.1:2376", new NodeKey("", "172.31.0.1:2376") },
        { "docker/nodes", new FolderKey("", "docker/nodes") },
        { "docker/network/v1.0/network/", new FolderKey("", "docker/network/v1.0/network") },
        { "docker/network/v1.0/endpoint_count/", new FolderKey("", "docker/network/v1.0/endpoint_count") },
        { "docker/swarm/leader", new ForeignKey("", "docker/swarm/leader") },
        { $"docker/network/v2.0/network/{Nid}/", new ForeignKey("", $"docker/network/v2.0/network/{Nid}/") },
        { "docker/network/v1.0/ipam/default/data/GlobalDefault/10.80.0.0/", new FolderKey("", "docker/network/v1.0/ipam/default/data/GlobalDefault/10.80.0.0") },
        { "docker/network/v1.0/ipam/other/x/", new ForeignKey("", "docker/network/v1.0/ipam/other/x/") },
        { "docker/network/v1.0/idm/ipam-id/", new ForeignKey("", "docker/network/v1.0/idm/ipam-id/") },
        { $"docker/network/v1.0/network/{Nid}/extra/", new ForeignKey("", $"docker/network/v1.0/network/{Nid}/extra/") },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_is_told_by_its_path_and_spelled_back_the_same(string text, LegacyKey key)
    {
        Assert.Equal(key, LegacyKey.Parse(text));
        Assert.Equal(text, key.Format());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_forms_of_etcd_and_ZooKeeper_are_read_as_the_same_key(string text, LegacyKey key)
    {
        foreach (var form in (StoreKeyForm[])[StoreKeyForm.Etcd, StoreKeyForm.ZooKeeper])
        {
            Assert.Equal("/" + text.TrimEnd('/'), key.Format(form));
            if (key is not ForeignKey)
                Assert.Equal(key, LegacyKey.Parse(key.Format(form)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_path_in_front_is_kept_apart(string text, LegacyKey key)
    {
        if (key is ForeignKey)
            Assert.IsType<ForeignKey>(LegacyKey.Parse("a/b/" + text));
        else
            Assert.Equal(key with { Prefix = "a/b/" }, LegacyKey.Parse("a/b/" + text));
        Assert.Equal("a/b/" + text, LegacyKey.Parse("a/b/" + text).Format());
    }

    [Fact]
    public void A_bitmap_key_names_its_pool()
    {
        var key = Assert.IsType<AddressBitmapKey>(LegacyKey.Parse("docker/network/v1.0/ipam/default/data/GlobalDefault/fd00:82::/64/"));
        Assert.Equal("GlobalDefault/fd00:82::/64", key.PoolId.ToString());
    }

    [Fact]
    public void All_recorded_keys_are_spelled_back_the_same()
    {
        foreach (var entry in RecordedStore.Healthy.Entries.Concat(RecordedStore.Damaged.Entries))
            Assert.Equal(entry.Key, LegacyKey.Parse(entry.Key).Format());
        foreach (var entry in RecordedStore.Etcd.Entries)
            Assert.Equal(entry.Key, LegacyKey.Parse(entry.Key).Format(StoreKeyForm.Etcd));
    }

    [Fact]
    public void Any_text_is_a_key()
    {
        var step = Gen.OneOf(Gen.OneOf("docker", "network", "v1.0", "nodes", "endpoint", "ipam", "default", "data", "", "overlay"), Gen.String);
        step.Array[0, 9].Select(steps => string.Join('/', steps)).Sample(text =>
        {
            string plain = text.TrimStart('/');
            string back = LegacyKey.Parse(text).Format();
            return back == plain || back == plain + "/" || back == plain.TrimEnd('/');
        });
    }
}
