using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.SyntheticStores;

namespace OverlayBridge.Overlay.Tests.Synthetic;

/// <summary>The generator makes what engines would have left; everything that is tested with its stores rests on this.</summary>
public class SyntheticStoreTests
{
    internal static readonly Gen<(SyntheticShape Shape, int Seed)> Stores =
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 8], Gen.Int[0, 400], Gen.OneOf(Gen.Const(""), Gen.Const("a/b/")), Gen.Int[0, 30], Gen.Int,
            static (networks, hosts, endpoints, prefix, stopped, seed) =>
                (new SyntheticShape(networks, hosts, endpoints) { Prefix = prefix, StoppedPercent = stopped }, seed));

    [Fact]
    public void Every_record_of_any_store_decodes_and_encodes_to_the_same_bytes() => Stores.Sample(static store =>
    {
        foreach (var entry in SyntheticStore.Generate(store.Shape, store.Seed).Entries)
            Assert.Equal(entry.Value.AsSpan(), Encoded(entry).AsSpan());
    }, iter: 40);

    [Fact]
    public void The_inventory_of_any_store_is_what_was_asked_for_without_a_fault() => Stores.Sample(static store =>
    {
        var inventory = Inventory.From(SyntheticStore.Generate(store.Shape, store.Seed));
        Assert.Empty(inventory.Faults);
        Assert.Empty(inventory.ForeignKeys);
        Assert.Empty(inventory.Remnants);
        Assert.Equal(store.Shape.Prefix, inventory.Prefix);
        Assert.Equal(store.Shape.Networks, inventory.Networks.Length);
        Assert.Equal(store.Shape.Hosts, inventory.Hosts.Count(h => h.Registered));
        Assert.All(inventory.Networks, n => Assert.Equal((ulong)n.Endpoints.Length, n.RecordedCount));
        Assert.All(inventory.Pools, p => Assert.True(p.Configured && p.HasBitmap));
        Assert.All(inventory.Pools.Where(p => p.Kind == PoolKind.Master), p =>
        {
            Assert.Equal(0ul, p.Unclaimed);
            Assert.Equal(p.Free, p.FreeCounter);
            Assert.All(p.Addresses, a => Assert.True(a.InBitmap));
        });
        Assert.All(inventory.Vnis.Used, v => Assert.True(v.InBitmap == true && v.NetworkId is not null));
        Assert.Equal(inventory.Vnis.Used.Length, inventory.Vnis.Used.Select(v => v.Vni).Distinct().Count());
    }, iter: 40);

    [Fact]
    public void No_healthy_store_gives_a_finding_above_info() => Stores.Sample(static store =>
        Assert.DoesNotContain(
            Auditor.Audit(new AuditInput { Image = SyntheticStore.Generate(store.Shape, store.Seed) }).Findings,
            f => f.Worst < AuditSeverity.Info), iter: 40);

    [Fact]
    public void Equal_arguments_give_equal_stores()
    {
        var (one, two) = (SyntheticStore.Generate(SyntheticShape.Medium, 7), SyntheticStore.Generate(SyntheticShape.Medium, 7));

        Assert.Equal(one.Entries.AsSpan(), two.Entries.AsSpan());
        Assert.Equal(one.Index, two.Index);
        Assert.False(one.Entries.SequenceEqual(SyntheticStore.Generate(SyntheticShape.Medium, 8).Entries));
    }

    [Fact]
    public void A_medium_store_has_every_kind_of_network()
    {
        var inventory = Inventory.From(SyntheticStore.Generate(SyntheticShape.Medium, 1));
        var networks = inventory.Networks;

        Assert.Equal(SyntheticShape.Medium.Endpoints, inventory.Counts.Endpoints);
        Assert.Contains(networks, n => n.Internal);
        Assert.Contains(networks, n => n.Attachable);
        Assert.Contains(networks, n => n.Mtu != 0);
        Assert.Contains(networks, n => n.EnableIPv6 && n.Endpoints.Any(e => e.AddressV6 is not null));
        Assert.Contains(networks, n => n.Subnets.Count(s => !s.IsIPv6) == 2 && n.Endpoints.Any(e => e.Joined));
        Assert.Contains(networks, n => n.Subnets.Any(s => s.Range is not null));
        Assert.Contains(networks, n => n.Subnets.Any(s => !s.AuxAddresses.IsEmpty));
        Assert.Contains(networks, n => n.Endpoints.Any(e => e.OwnMac));
        Assert.Contains(inventory.Pools, p => p is { Kind: PoolKind.Master, RefCount: > 1 });
        Assert.Contains(networks.SelectMany(n => n.Endpoints).GroupBy(e => e.Sandbox), g => g.Count() > 1);
    }

    [Fact]
    public void Entries_stand_in_key_order_with_indexes_up_to_the_stores_own()
    {
        var store = SyntheticStore.Generate(SyntheticShape.Medium, 3);

        Assert.Equal(store.Entries.Select(e => e.Key).Order(KeyOrder.Instance), store.Entries.Select(e => e.Key));
        Assert.All(store.Entries, e => Assert.InRange(e.ModifyIndex, e.CreateIndex, store.Index));
        Assert.Equal(store.Entries.Length, store.Entries.Select(e => e.ModifyIndex).Distinct().Count());
        Assert.Equal(SyntheticShape.Medium.Hosts, store.Entries.Count(e => store.Sessions.Any(s => s.Id == e.Session)));
    }

    private static ImmutableArray<byte> Encoded(KeyValueEntry entry) => LegacyKey.Parse(entry.Key) switch
    {
        NetworkKey => Again(RecordFormats.Network, entry),
        EndpointCountKey => Again(RecordFormats.EndpointCount, entry),
        EndpointKey => Again(RecordFormats.Endpoint, entry),
        OverlayNetworkKey => Again(RecordFormats.OverlayNetwork, entry),
        PoolConfigurationKey => Again(RecordFormats.PoolConfiguration, entry),
        AddressBitmapKey or VxlanIdsKey => Again(RecordFormats.Bitmap, entry),
        NodeKey => Again(RecordFormats.Node, entry),
        EndpointFolderKey or FolderKey => [],
        var other => throw new Xunit.Sdk.XunitException($"{other} is none of the legacy layout's keys."),
    };

    private static ImmutableArray<byte> Again<T>(RecordFormat<T> format, KeyValueEntry entry)
        where T : class => format.Encode(format.Decode(entry.Key, entry.Value.AsSpan()));
}
