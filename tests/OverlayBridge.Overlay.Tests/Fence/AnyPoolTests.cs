using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Tests.Audit;

namespace OverlayBridge.Overlay.Tests.Fence;

/// <summary>
/// The planner on pools of every shape, against a model that tries each block: /28 to /16, any gateway, any addresses in use with or
/// without their bits, leaks, and an ip-range of the legacy side.
/// </summary>
public class AnyPoolTests
{
    private const string Name = "appnet";

    private static readonly Gen<Shape> Shapes =
        from length in Gen.Int[16, 28]
        let size = 1UL << (32 - length)
        from gateway in Gen.ULong[1, size - 2]
        from used in Gen.Select(Gen.ULong[1, size - 2], Gen.Bool).Array[0, 12]
        from leaks in Gen.Select(Gen.ULong[1, size - 2], Gen.ULong[0, size / 3]).Array[0, 3]
        from ranged in Gen.Int[0, 3]
        from nodes in Gen.Int[1, 40]
        from containers in Gen.Int[1, 60]
        select new Shape(
            length, gateway, [.. used.DistinctBy(static one => one.Item1).Where(one => one.Item1 != gateway)],
            [.. leaks.Select(leak => (leak.Item1, Math.Min(size - 2, leak.Item1 + leak.Item2)))], ranged == 0 ? length + 1 : null, nodes, containers);

    [Fact]
    public void A_fence_is_an_aligned_part_of_the_pool_without_a_used_address_and_has_room_for_every_node_or_no_such_block_exists() =>
        Shapes.Sample(shape =>
        {
            var image = shape.Image();
            var decision = FencePlanner.Plan(image, new FenceRequest(StoreBuilder.Id(Name)) { Nodes = shape.Nodes, Containers = shape.Containers });
            ulong needed = (ulong)(shape.Nodes + shape.Containers);
            if (decision is FenceRefusal refusal)
            {
                Assert.Null(Largest(shape, needed, shape.Taken()));
                // Leaks are offered exactly where they would help.
                Assert.Equal(Largest(shape, needed, shape.Claimed()) is not null, refusal.Remedy.Contains("leaked", StringComparison.Ordinal));
                return;
            }
            var block = ((FencePlan)decision).Block;
            Assert.Equal(shape.Subnet, block.Subnet);
            Assert.True(block.Subnet.Contains(block.Block) && block.Block == block.Block.Network && block.Block.Length > block.Subnet.Length);
            for (ulong ordinal = block.First; ordinal <= block.Last; ordinal++)
                Assert.False(shape.Taken().IsSet(ordinal), $"{ordinal} is in use");
            Assert.False(shape.Gateway >= block.First && shape.Gateway <= block.Last);
            Assert.True(block.Capacity >= needed);
            if (shape.RangeLength is null)
                Assert.Equal(Largest(shape, needed, shape.Taken()), block.Block.Length);
        });

    /// <summary>The prefix length of the largest block that is free, by trying them all.</summary>
    private static int? Largest(Shape shape, ulong needed, BitSequence taken)
    {
        for (int length = shape.Length + 1; length <= 32; length++)
        {
            ulong size = 1UL << (32 - length);
            for (ulong first = 0; first < shape.Size; first += size)
            {
                ulong from = Math.Max(1, first), to = Math.Min(shape.Size - 2, first + size - 1);
                if (from <= to && to - from + 1 >= needed && taken.CountSet(first, to) == 0)
                    return length;
            }
            if (size < needed)
                return null;
        }
        return null;
    }

    /// <param name="Used">Addresses of endpoints, and whether the bitmap has them.</param>
    /// <param name="Leaks">Ordinals from and to that are set and claimed by nothing.</param>
    /// <param name="RangeLength">Prefix length of the ip-range of the legacy network, at the beginning of the pool; null for none.</param>
    private sealed record Shape(
        int Length, ulong Gateway, ImmutableArray<(ulong Ordinal, bool InBitmap)> Used, ImmutableArray<(ulong First, ulong Last)> Leaks, int? RangeLength, int Nodes, int Containers)
    {
        public ulong Size => 1UL << (32 - Length);

        public Cidr Subnet => Cidr.TryParse($"10.64.0.0/{Length}", out var subnet) ? subnet : throw new FormatException();

        /// <summary>Everything that must not be in a fence; the broadcast, which both sides reserve, is no hindrance.</summary>
        public BitSequence Taken() => Leaks.Aggregate(Claimed(), static (bits, leak) => bits.Set(leak.First, leak.Last));

        public BitSequence Claimed() => Used.Aggregate(BitSequence.Create(Size).Set(0).Set(Gateway), static (bits, one) => bits.Set(one.Ordinal));

        public StoreImage Image()
        {
            var subnet = $"{Subnet}";
            var builder = RangeLength is { } range
                ? new StoreBuilder().Ranged(Name, subnet, $"10.64.0.0/{range}")
                : new StoreBuilder().Network(Name, subnet);
            builder.Network(Name, network => network with { IpamV4Info = [network.IpamV4Info[0] with { Gateway = $"{Address(Gateway)}/{Length}" }] });
            builder.Bitmap(subnet, bits => bits.Clear(1).Set(Gateway));
            foreach (var (ordinal, _) in Used)
                builder.Endpoint(Name, $"c{ordinal}", address: Address(ordinal));
            return builder.Bitmap(subnet, bits => Leaks.Aggregate(
                Used.Where(static one => !one.InBitmap).Aggregate(bits, static (all, one) => all.Clear(one.Ordinal)), static (all, leak) => all.Set(leak.First, leak.Last))).Build();
        }

        private string Address(ulong ordinal) => new AddressPool(Subnet).AddressOf(ordinal).ToString();
    }
}
