using CsCheck;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;

namespace OverlayBridge.Legacy.Tests.Bitmaps;

public class BitSequenceTests
{
    private const ulong SlashSixtyFour = ulong.MaxValue;

    private static readonly BitSequence Front = Recorded("10.80.0.0/24");
    private static readonly BitSequence Dual = Recorded("fd00:82::/64");

    [Fact]
    public void The_pool_of_front_reads_as_the_worked_example_says()
    {
        Assert.Equal((256ul, 248ul, 8ul), (Front.Length, Front.Unselected, Front.CountSet()));
        Assert.Equal([new(0, 0), new(64, 65), new(70, 71), new(100, 100), new(254, 255)], Front.SetRanges());
        Assert.Equal([new(0x80000000, 1), new(0, 1), new(0xc3000000, 1), new(0x08000000, 1), new(0, 3), new(3, 1)], Front.Runs);
        Assert.Equal(1ul, Front.FirstFree(0, 255));
        Assert.Equal(66ul, Front.FirstFree(64, 127));
    }

    [Fact]
    public void The_VNIs_read_as_the_worked_example_says()
    {
        var vnis = Recorded("idm/vxlan-id");
        Assert.Equal((16776960ul, 16776951ul), (vnis.Length, vnis.Unselected));
        Assert.Equal([new(0, 8)], vnis.SetRanges());
    }

    [Fact]
    public void The_IPv6_pool_reads_as_the_worked_example_says()
    {
        Assert.Equal((SlashSixtyFour, SlashSixtyFour - 4, 4ul), (Dual.Length, Dual.Unselected, Dual.CountSet()));
        Assert.Equal([new(0, 2), new(153, 153)], Dual.SetRanges());
        Assert.Equal((UInt128)(1ul << 59), Dual.BlocksRead);
    }

    [Fact]
    public void An_IPv6_pool_is_worked_on_at_its_far_end()
    {
        const ulong last = SlashSixtyFour - 1;
        Assert.False(Dual.IsSet(last));
        var set = Dual.Set(last).Set(last - 40);
        Assert.Equal(Dual.Unselected - 2, set.Unselected);
        Assert.True(set.IsSet(last));
        Assert.Equal(Dual, set.Clear(last).Clear(last - 40));
        Assert.Equal(1ul << 63, Dual.FindFreeBlock(1ul << 62, 0, last, highest: true));
        Assert.Equal(last - 14 - 16, Dual.FindFreeBlock(16, 0, last, highest: true));
        Assert.Equal(1ul << 62, Dual.FindFreeBlock(1ul << 62, 0, last, highest: false));
        Assert.Null(Dual.FindFreeBlock(1ul << 63, 0, last, highest: true));
        var full = Dual.Set(0, last);
        Assert.Equal((0ul, SlashSixtyFour), (full.Unselected, full.CountSet()));
        Assert.Equal([new(0, last)], full.SetRanges());
        Assert.Equal(2, full.Runs.Length);
    }

    [Fact]
    public void Every_operation_agrees_with_one_bool_per_ordinal() =>
        Lengths.SelectMany(length => Gen.Select(Gen.Const(length), Edits(length).Array[0, 12])).Sample((length, edits) =>
        {
            var plain = new bool[length];
            var bits = BitSequence.Create((ulong)length);
            foreach (var (first, last, set) in edits)
            {
                bits = set ? bits.Set((ulong)first, (ulong)last) : bits.Clear((ulong)first, (ulong)last);
                plain.AsSpan(first, last - first + 1).Fill(set);
            }
            Agree(bits, plain);
            Assert.Equal((ulong)plain.Count(b => !b), bits.Unselected);
            foreach (var (first, last, _) in edits)
                Assert.Equal((ulong)plain.AsSpan(first, last - first + 1).Count(true), bits.CountSet((ulong)first, (ulong)last));
            Assert.Equal(bits, bits.Normalise());
        });

    [Fact]
    public void Free_blocks_are_found_as_a_search_of_every_ordinal_finds_them() =>
        Gen.Select(Gen.Bool.Array[1, 200], Gen.Int[0, 7], Gen.Int[0, 199], Gen.Int[0, 199], Gen.Bool).Sample((plain, power, a, b, highest) =>
        {
            int size = 1 << power, first = Math.Min(a, b) % plain.Length, last = Math.Max(first, Math.Max(a, b) % plain.Length);
            var bits = Sparse(plain);
            var starts = Enumerable.Range(0, plain.Length / size).Select(i => i * size)
                .Where(s => s >= first && s + size - 1 <= last && !Thinned(plain).AsSpan(s, size).Contains(true)).ToList();
            ulong? expected = starts.Count == 0 ? null : (ulong)(highest ? starts[^1] : starts[0]);
            Assert.Equal(expected, bits.FindFreeBlock((ulong)size, (ulong)first, (ulong)last, highest));
            int free = Array.IndexOf(Thinned(plain), false, first, last - first + 1);
            Assert.Equal(free < 0 ? null : (ulong)free, bits.FirstFree((ulong)first, (ulong)last));
        });

    [Fact]
    public void Repeated_blocks_are_searched_without_counting_them_out()
    {
        var hostile = new BitSequence(SlashSixtyFour, 0, [new BitRun(0xAAAAAAAA, 1ul << 58), new BitRun(0xAAAAAAAB, 1ul << 58)]);
        Assert.Null(hostile.FindFreeBlock(2, 0, SlashSixtyFour - 1, highest: true));
        Assert.Equal(SlashSixtyFour - 2, hostile.FindFreeBlock(1, 0, SlashSixtyFour - 2, highest: true));
        Assert.Equal(1ul, hostile.FindFreeBlock(1, 0, SlashSixtyFour - 1, highest: false));
        Assert.Equal(100, hostile.SetRanges().Take(100).Count());
        Assert.Equal((1ul << 62) + (1ul << 62) + (1ul << 58) - 1, hostile.CountSet());
    }

    [Fact]
    public void Equal_neighbours_and_empty_runs_are_read_and_kept_until_a_change()
    {
        var odd = new BitSequence(256, 250, [new(0xC0000000, 1), new(0, 2), new(7, 0), new(0, 4), new(1, 1)]);
        Assert.Equal(odd, BitSequence.Decode(odd.Encode()));
        Assert.Equal([new(0, 1), new(255, 255)], odd.SetRanges());
        Assert.Equal([new(0xE0000000, 1), new(0, 6), new(1, 1)], odd.Set(2).Runs);
    }

    [Fact]
    public void Missing_blocks_count_as_taken_and_surplus_ones_do_not_count()
    {
        var shortened = new BitSequence(256, 0, [new(0, 2)]);
        Assert.Equal([new(64, 255)], shortened.SetRanges());
        Assert.Null(shortened.FirstFree(64, 255));
        Assert.Equal((UInt128)2, shortened.BlocksRead);
        var surplus = new BitSequence(40, 0, [new(0, 1), new(uint.MaxValue, ulong.MaxValue), new(uint.MaxValue, ulong.MaxValue)]);
        Assert.Equal([new(32, 39)], surplus.SetRanges());
        Assert.Equal(2 * (UInt128)ulong.MaxValue + 1, surplus.BlocksRead);
    }

    [Fact]
    public void The_counter_of_free_ordinals_drifts_as_it_came_and_never_wraps()
    {
        var drifted = new BitSequence(256, 0, Front.Runs);
        Assert.Equal(0ul, drifted.Set(1).Unselected);
        Assert.Equal(1ul, drifted.Clear(64).Unselected);
        Assert.Equal(ulong.MaxValue, new BitSequence(256, ulong.MaxValue, Front.Runs).Clear(64).Unselected);
        Assert.Equal(Front.Unselected, Front.Set(64).Unselected);
        Assert.Equal(Front.Unselected, Front.Clear(1).Unselected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(27)]
    [InlineData(29)]
    public void Bytes_of_another_length_are_an_error(int length) =>
        Assert.Throws<RecordFormatException>(() => BitSequence.Decode(new byte[length]));

    [Fact]
    public void Any_header_and_runs_can_be_read_and_asked() =>
        Gen.Select(Sizes, Sizes, Gen.Select(Gen.UInt, Sizes).Array[1, 6]).Sample((length, unselected, runs) =>
        {
            var bits = new BitSequence(length, unselected, [.. runs.Select(r => new BitRun(r.Item1, r.Item2))]);
            Assert.Equal(bits, BitSequence.Decode(bits.Encode()));
            Assert.True(bits.CountSet() <= length);
            _ = bits.SetRanges().Take(1000).Count();
            if (length > 0)
            {
                Assert.Equal(bits.CountSet() == length, bits.FirstFree(0, length - 1) is null);
                Assert.Equal(length, bits.Set(0, length - 1).CountSet());
                Assert.Equal(0ul, bits.Clear(0, length - 1).CountSet());
                Assert.True(bits.Set(length / 2).IsSet(length / 2));
            }
        });

    [Fact]
    public void An_ordinal_outside_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.IsSet(256));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Set(256));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.Clear(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Front.FindFreeBlock(3, 0, 255, highest: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => BitSequence.Create(0));
    }

    private static void Agree(BitSequence bits, bool[] plain)
    {
        for (int i = 0; i < plain.Length; i++)
            Assert.Equal(plain[i], bits.IsSet((ulong)i));
        Assert.Equal((ulong)plain.Count(b => b), bits.CountSet());
        var again = new bool[plain.Length];
        BitRange? before = null;
        foreach (var range in bits.SetRanges())
        {
            Assert.True(before is null || before.Value.Last + 1 < range.First, "ranges are maximal and ascend");
            again.AsSpan((int)range.First, (int)(range.Last - range.First + 1)).Fill(true);
            before = range;
        }
        Assert.Equal(plain, again);
    }

    // Half of all random maps get long free stretches, or large blocks would never be found.
    private static bool[] Thinned(bool[] plain) => [.. plain.Select((b, i) => b && (plain[0] || i % 64 < 8))];

    private static BitSequence Sparse(bool[] plain) => Thinned(plain).Select((set, i) => (set, i)).Where(b => b.set)
        .Aggregate(BitSequence.Create((ulong)plain.Length), (bits, b) => bits.Set((ulong)b.i));

    private static readonly Gen<ulong> Sizes = Gen.OneOf(Gen.ULong[0, 300], Gen.ULong, Gen.OneOf(0ul, ulong.MaxValue, ulong.MaxValue - 1, 1ul << 59));

    private static readonly Gen<int> Lengths = Gen.OneOf(Gen.Int[1, 300], Gen.OneOf(1, 31, 32, 33, 64, 745));

    private static Gen<(int First, int Last, bool Set)> Edits(int length) =>
        Gen.Select(Gen.Int[0, length - 1], Gen.Int[0, length - 1], Gen.Bool).Select((a, b, set) => (Math.Min(a, b), Math.Max(a, b), set));

    private static BitSequence Recorded(string key) =>
        RecordFormats.Bitmap.Read(RecordedStore.Healthy.Entries.Single(e =>
            LegacyKey.Parse(e.Key) is AddressBitmapKey or VxlanIdsKey && e.Key.Contains(key))).Value.Sequence;
}
