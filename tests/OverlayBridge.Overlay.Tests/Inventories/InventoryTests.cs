using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Bitmaps;
using System.Text;
using System.Text.Json;
using CsCheck;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Tests.Inventories;

public class InventoryTests
{
    private static readonly Inventory Healthy = Inventory.From(RecordedStore.Healthy);
    private static readonly Inventory Damaged = Inventory.From(RecordedStore.Damaged);

    [Fact]
    public void The_healthy_store_holds_ten_networks_and_no_fault()
    {
        Assert.Equal(["att", "auto1", "auto2", "back", "dual", "enc", "front", "legacy1", "legacy2", "multi"], Healthy.Networks.Select(n => n.Name));
        Assert.Empty(Healthy.Faults);
        Assert.Empty(Healthy.Remnants);
        Assert.Empty(Healthy.ForeignKeys);
        Assert.Equal((10, 13, 12, 1, 2, 15), (Healthy.Counts.Networks, Healthy.Counts.Endpoints, Healthy.Counts.Pools,
            Healthy.Counts.SubPools, Healthy.Counts.Hosts, Healthy.Counts.Addresses));
        Assert.All(Healthy.Networks, n => Assert.Equal((ulong)n.Endpoints.Length, n.RecordedCount));
    }

    [Fact]
    public void The_healthy_store_uses_VNIs_256_to_264_each_once_and_all_in_the_bitmap()
    {
        Assert.Equal(Enumerable.Range(256, 9).Select(v => (uint)v), Healthy.Vnis.Used.Select(v => v.Vni));
        Assert.All(Healthy.Vnis.Used, v => Assert.True(v.InBitmap == true && v.NetworkId is not null && v.LastVni == v.Vni));
        Assert.Equal(16776951ul, Healthy.Vnis.FreeCounter);
    }

    [Fact]
    public void Every_used_address_of_the_healthy_store_has_an_owner_and_its_bit()
    {
        Assert.All(Healthy.Pools.Where(p => p.Kind == PoolKind.Master), pool =>
        {
            Assert.All(pool.Addresses, a => Assert.True(a.Owner != AddressOwner.Unknown && a.InBitmap == true));
            Assert.Equal(pool.Used, (ulong)pool.Addresses.Length);
            Assert.Equal((pool.Free, 0ul), (pool.FreeCounter, pool.Unclaimed));
        });
    }

    [Fact]
    public void The_pool_of_front_tells_who_holds_each_address()
    {
        var pool = Healthy.Pools.Single(p => p.Id == "GlobalDefault/10.80.0.0/24");
        Assert.Equal(
        [
            ("10.80.0.0", AddressOwner.Network, null), ("10.80.0.64", AddressOwner.Endpoint, "shop_web_1"),
            ("10.80.0.65", AddressOwner.Endpoint, "api2"), ("10.80.0.70", AddressOwner.Auxiliary, "db"),
            ("10.80.0.71", AddressOwner.Auxiliary, "vip"), ("10.80.0.100", AddressOwner.Endpoint, "shop_db_1"),
            ("10.80.0.254", AddressOwner.Gateway, null), ("10.80.0.255", AddressOwner.Broadcast, (string?)null),
        ], pool.Addresses.Select(a => (a.Address, a.Owner, a.Name)));
        Assert.Equal((256ul, 8ul, 248ul, 1L), (pool.Size, pool.Used, pool.Free, pool.RefCount));
        var range = Healthy.Pools.Single(p => p.Kind == PoolKind.SubPool);
        Assert.Equal(("10.80.0.64/26", 64ul, 5ul, 59ul, pool.Id), (range.Range, range.Size, range.Used, range.Free, range.MasterId));
        Assert.Equal(Healthy.Pools.IndexOf(pool) + 1, Healthy.Pools.IndexOf(range));
        Assert.Equal(Network(Healthy, "front").Id, Assert.Single(range.NetworkIds));
    }

    [Fact]
    public void The_IPv6_pool_is_shown_without_being_counted_out()
    {
        var pool = Healthy.Pools[^1];
        Assert.Equal(("GlobalDefault/fd00:82::/64", ulong.MaxValue, 4ul), (pool.Id, pool.Size, pool.Used));
        Assert.Equal(["fd00:82::", "fd00:82::1", "fd00:82::2", "fd00:82::99"], pool.Addresses.Select(a => a.Address));
    }

    [Fact]
    public void A_network_tells_its_subnets_VNIs_and_options()
    {
        var front = Network(Healthy, "front");
        var subnet = Assert.Single(front.Subnets);
        Assert.Equal(("10.80.0.0/24", "10.80.0.64/26", "10.80.0.254", 260u), (subnet.Subnet, subnet.Range, subnet.Gateway, subnet.Vni));
        Assert.Equal("10.80.0.71", subnet.AuxAddresses["vip"]);
        Assert.Equal((1400ul, "1400", "shop"), (front.Mtu, front.DriverOptions["com.docker.network.driver.mtu"], front.Labels["team"]));
        Assert.Equal([257u, 263u], Network(Healthy, "multi").Subnets.Select(s => s.Vni!.Value));
        Assert.Equal([262u, null], Network(Healthy, "dual").Subnets.Select(s => s.Vni));
        Assert.True(Network(Healthy, "enc").Encrypted);
        Assert.True(Network(Healthy, "back").Internal);
        Assert.True(Network(Healthy, "att").Attachable);
        Assert.True(Network(Healthy, "dual").EnableIPv6);
    }

    [Fact]
    public void Endpoints_are_in_order_of_their_addresses_and_complete()
    {
        var front = Network(Healthy, "front").Endpoints;
        Assert.Equal(["10.80.0.64/24", "10.80.0.65/24", "10.80.0.100/24"], front.Select(e => e.Address));
        Assert.Equal(("shop_web_1", "02:42:0a:50:00:40", "172.31.0.1", true), (front[0].Name, front[0].Mac, front[0].Host, front[0].Joined));
        Assert.Equal(["web", "www", "fcf76c88d3de"], front[0].Aliases);
        Assert.Equal((80, 8080), ((int)front[0].PublishedPorts[0].Port, (int)front[0].PublishedPorts[0].HostPort));
        Assert.True(Network(Healthy, "auto1").Endpoints[0].Anonymous);
    }

    [Fact]
    public void Endpoints_are_counted_without_being_made_as_they_are_when_made() => Assert.All(
        (Inventory[])[Inventory.From(RecordedStore.Healthy), Inventory.From(RecordedStore.Damaged)],
        inventory => Assert.All(inventory.Networks.Concat(inventory.Remnants), network =>
        {
            var made = network with { Endpoints = network.Endpoints };
            Assert.Equal(made.Endpoints.Length, network.EndpointCount);
            Assert.Equal(made.EndpointCount, network.EndpointCount);
            Assert.Equal(Counts(made), Counts(network));
            Assert.Equal(made.Endpoints.CountBy(endpoint => endpoint.Host).OrderBy(count => count.Key, KeyOrder.Instance), Counts(network));
        }));

    private static IOrderedEnumerable<KeyValuePair<string, int>> Counts(NetworkView network)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        network.CountByHost(counts);
        return counts.OrderBy(count => count.Key, KeyOrder.Instance);
    }

    [Fact]
    public void Hosts_are_those_of_discovery_and_of_the_endpoints()
    {
        Assert.Equal([("172.31.0.1", true, 7), ("172.31.0.2", true, 6)], Healthy.Hosts.Select(h => (h.Address, h.Registered, h.Endpoints)));
        Assert.Equal("13e53d65-999c-8143-d3a7-f41bc5ad9d62", Assert.Single(Healthy.Hosts[0].Sessions));
        Assert.Equal([("172.31.0.1", true), ("172.31.0.2", false)], Damaged.Hosts.Select(h => (h.Address, h.Registered)));
    }

    [Fact]
    public void The_cut_off_endpoint_of_the_damaged_store_is_a_fault_with_key_and_offset()
    {
        var fault = Assert.Single(Damaged.Faults);
        var entry = RecordedStore.Damaged.Entries.Single(e => e.Key.Contains("2e2492e8d2de"));
        Assert.Equal((entry.Key, entry.Value.Length), (fault.Key, fault.Offset));
        Assert.Contains("ends after", fault.Reason);
        var multi = Network(Damaged, "multi");
        Assert.Equal((multi.Id, 1, 1, 2ul), (fault.NetworkId, multi.UnreadableEndpoints, multi.Endpoints.Length, multi.RecordedCount!.Value));
    }

    [Fact]
    public void The_damaged_store_shows_the_worked_results()
    {
        Assert.Equal(9, Damaged.Networks.Length);
        var remnant = Assert.Single(Damaged.Remnants);
        Assert.StartsWith("8a1b9ca9", remnant.Id);
        Assert.Equal((NetworkState.Missing, 258u, "10.0.0.0/24"), (remnant.State, remnant.Subnets[0].Vni, remnant.Subnets[0].Subnet));
        Assert.Empty(Damaged.Pools.Single(p => p.Id == "GlobalDefault/10.0.0.0/24").NetworkIds);
        Assert.Equal((2ul, 1), (Network(Damaged, "back").RecordedCount!.Value, Network(Damaged, "back").Endpoints.Length));
        Assert.Equal((9ul, 2), (Network(Damaged, "dual").RecordedCount!.Value, Network(Damaged, "dual").Endpoints.Length));
        Assert.Equal(["docker/swarm/leader"], Damaged.ForeignKeys);

        Assert.Equal(["10.81.0.3"], Unclaimed("10.81.0.0/16"));
        Assert.Equal(["10.0.0.1"], Unclaimed("10.0.0.0/24")); // the gateway of the network that is gone
        Assert.Equal(["10.84.0.50"], Unclaimed("10.84.0.0/24"));
        var front = Damaged.Pools.Single(p => p.Id == "GlobalDefault/10.80.0.0/24");
        Assert.Equal(["10.80.0.100"], front.Addresses.Where(a => a.InBitmap == false).Select(a => a.Address));
        Assert.Equal((7ul, 249ul, 246ul), (front.Used, front.Free, front.FreeCounter));
        Assert.Equal(["10.80.0.64", "10.80.0.65"], front.Addresses.GroupBy(a => a.Address).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void The_store_of_etcd_reads_the_same_way()
    {
        var etcd = Inventory.From(RecordedStore.Etcd);
        var network = Assert.Single(etcd.Networks);
        Assert.Equal(["10.90.0.2/24", "10.90.0.40/24"], network.Endpoints.Select(e => e.Address));
        Assert.Equal(["172.31.0.5", "172.31.0.6"], etcd.Hosts.Select(h => h.Address));
        Assert.Empty(etcd.Faults);
        Assert.Empty(etcd.ForeignKeys);
    }

    [Fact]
    public void A_path_in_front_of_the_tree_changes_nothing_but_the_prefix()
    {
        var moved = Inventory.From(RecordedStore.Healthy with { Entries = [.. RecordedStore.Healthy.Entries.Select(e => e with { Key = "a/b/" + e.Key })] });
        Assert.Equal("a/b/", moved.Prefix);
        Assert.Equal(Json(Healthy), Json(moved with { Prefix = "" }));
    }

    [Fact]
    public void An_unreadable_network_is_shown_with_what_the_other_records_tell()
    {
        string key = $"docker/network/v1.0/network/{Network(Healthy, "front").Id}/";
        var inventory = Inventory.From(RecordedStore.Healthy.With(key, "{\"name\":\"front\""));
        var network = inventory.Networks.Single(n => n.State == NetworkState.Unreadable);
        Assert.Equal((null, 3, 3ul, 260u), (network.Name, network.Endpoints.Length, network.RecordedCount, network.Subnets[0].Vni));
        Assert.Equal((10, 15), (inventory.Counts.Networks, inventory.Faults[0].Offset));
        Assert.Equal(13, inventory.Counts.Endpoints);
    }

    [Theory]
    [InlineData("GlobalDefault/10.9.0.0/24/x", "names no pool")]
    [InlineData("GlobalDefault/10.9.0.0/24/10.8.0.0/26", "names no pool")]
    public void A_pool_name_that_says_nothing_is_a_fault_and_the_other_pools_stay(string name, string reason)
    {
        const string key = "docker/network/v1.0/ipam/default/config/GlobalDefault/";
        string text = RecordedStore.Healthy.Text(key).Replace("\"Subnets\":{", $"\"Subnets\":{{\"{name}\":{{\"RefCount\":1}},");
        var inventory = Inventory.From(RecordedStore.Healthy.With(key, text));
        var fault = Assert.Single(inventory.Faults);
        Assert.Contains(reason, fault.Reason);
        Assert.Equal(text.IndexOf(name, StringComparison.Ordinal), fault.Offset);
        Assert.Equal(Healthy.Pools.Length, inventory.Pools.Length);
    }

    [Fact]
    public void Without_bitmaps_and_pools_the_claims_are_still_shown()
    {
        var bare = RecordedStore.Healthy with { Entries = [.. RecordedStore.Healthy.Entries.Where(e => !e.Key.Contains("/ipam/"))] };
        Assert.Empty(Inventory.From(bare).Pools);
        var unbitmapped = RecordedStore.Healthy with { Entries = [.. RecordedStore.Healthy.Entries.Where(e => !e.Key.Contains("/data/"))] };
        var pool = Inventory.From(unbitmapped).Pools.Single(p => p.Id == "GlobalDefault/10.80.0.0/24");
        Assert.Equal((false, 8, null), (pool.HasBitmap, pool.Addresses.Length, pool.Used));
        Assert.All(pool.Addresses, a => Assert.Null(a.InBitmap));
        var orphans = RecordedStore.Healthy with { Entries = [.. RecordedStore.Healthy.Entries.Where(e => !e.Key.Contains("/config/"))] };
        Assert.All(Inventory.From(orphans).Pools, p => Assert.False(p.Configured));
    }

    [Fact]
    public void A_hostile_bitmap_does_not_take_forever()
    {
        string sequence = Convert.ToBase64String([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. new byte[8], 0xaa, 0xaa, 0xaa, 0xaa,
            0x08, 0, 0, 0, 0, 0, 0, 0]);
        foreach (string key in (string[])["ipam/default/data/GlobalDefault/fd00:82::/64", "idm/vxlan-id", "ipam/default/data/GlobalDefault/10.80.0.0/24"])
        {
            var inventory = Inventory.From(RecordedStore.Healthy.With($"docker/network/v1.0/{key}/", $"{{\"id\":\"x\",\"sequence\":\"{sequence}\"}}"));
            Assert.Equal(10, inventory.Counts.Networks);
            Assert.True(inventory.Vnis.Truncated || inventory.Pools.Any(p => p.Truncated));
        }
    }

    [Fact]
    public void Fenced_addresses_have_an_owner_when_the_fence_is_known()
    {
        const string key = "docker/network/v1.0/ipam/default/data/GlobalDefault/10.86.0.0/24/";
        var record = RecordFormats.Bitmap.Read(RecordedStore.Healthy.Entries.Single(e => e.Key == key));
        var fenced = RecordedStore.Healthy.With(key, Encoding.UTF8.GetString(
            record.With(record.Value with { Sequence = record.Value.Sequence.Set(120, 190) }).Bytes.AsSpan()));
        Assert.True(Cidr.TryParse("10.86.0.128/26", out var fence));
        var pool = Inventory.From(fenced, fence).Pools.Single(p => p.Id == "GlobalDefault/10.86.0.0/24");
        Assert.Equal([("10.86.0.120", "10.86.0.127", AddressOwner.Unknown), ("10.86.0.128", "10.86.0.190", AddressOwner.Fence)],
            pool.Addresses.Where(a => a.Count > 1).Select(a => (a.Address, a.LastAddress, a.Owner)));
        Assert.Equal(8ul, pool.Unclaimed);
        Assert.Equal(71ul, Inventory.From(fenced).Pools.Single(p => p.Id == pool.Id).Unclaimed);
    }

    [Fact]
    public void Damage_to_one_key_hides_nothing_else() =>
        Gen.Select(Gen.Int[0, RecordedStore.Healthy.Entries.Length - 1], Gen.Double[0, 1]).Sample((at, share) =>
        {
            var entry = RecordedStore.Healthy.Entries[at];
            var cut = entry with { Value = entry.Value[..(int)(entry.Value.Length * share)] };
            var inventory = Inventory.From(RecordedStore.Healthy with { Entries = RecordedStore.Healthy.Entries.SetItem(at, cut) });
            Assert.True(inventory.Faults.Length <= 1);
            Assert.True(inventory.Faults.All(f => f.Key == entry.Key && f.Offset <= cut.Value.Length));
            Assert.Equal(10, inventory.Networks.Length);
            Assert.True(inventory.Counts.Endpoints >= 12 && inventory.Counts.Pools >= 12 && inventory.Hosts.Length == 2);
        });

    [Fact]
    public void Any_keys_and_values_make_an_inventory_and_the_same_ones_the_same() =>
        Gen.Select(Gen.Int[0, RecordedStore.Healthy.Entries.Length - 1], Gen.Int[0, RecordedStore.Healthy.Entries.Length - 1]).Array[0, 60].Sample(pairs =>
        {
            // Values under foreign keys: records of the wrong kind, mostly, and some of the right one.
            var entries = pairs.Select(p => RecordedStore.Healthy.Entries[p.Item1] with { Value = RecordedStore.Healthy.Entries[p.Item2].Value })
                .DistinctBy(e => e.Key);
            var image = new StoreImage("random", 0, [.. entries], []);
            return Json(Inventory.From(image)) == Json(Inventory.From(image with { Entries = [.. image.Entries.Reverse()] }));
        }, iter: 300);

    private static IEnumerable<string> Unclaimed(string subnet) => Damaged.Pools.Single(p => p.Id == $"GlobalDefault/{subnet}")
        .Addresses.Where(a => a.Owner == AddressOwner.Unknown).Select(a => a.Address);

    private static NetworkView Network(Inventory inventory, string name) => inventory.Networks.Single(n => n.Name == name);

    private static string Json(Inventory inventory) => JsonSerializer.Serialize(inventory);

    [Fact]
    public void Many_hostile_bitmaps_together_keep_no_more_unclaimed_ranges_than_one()
    {
        var bits = new BitSequence(1ul << 32, 0, [new BitRun(0x55555555, 1ul << 27)]);
        var entries = Enumerable.Range(0, 20).Select(i => $"GlobalDefault/{i + 1}.0.0.0/8").Select(id => new KeyValueEntry(
            $"docker/network/v1.0/ipam/default/data/{id}/", RecordFormats.Bitmap.Encode(new BitmapRecord(id, bits)))).OrderBy(e => e.Key, KeyOrder.Instance);

        var inventory = Inventory.From(new StoreImage("", 0, [.. entries], []));

        Assert.InRange(inventory.Pools.Sum(p => p.Addresses.Length), 1, PoolViews.MostUnclaimed + 100);
        Assert.All(inventory.Pools, p => Assert.True(p.Truncated));
    }
}
