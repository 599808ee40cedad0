using System.Numerics;

namespace OverlayBridge.Legacy.Bitmaps;

public sealed partial class BitSequence
{
    /// <summary>Number of set ordinals.</summary>
    public ulong CountSet()
    {
        ulong set = 0; // never above Length: the runs are cut to it
        foreach (var run in _normal)
            set += (ulong)BitOperations.PopCount(run.Block) * run.Count;
        return set;
    }

    /// <summary>Number of set ordinals between <paramref name="first"/> and <paramref name="last"/>, both included.</summary>
    public ulong CountSet(ulong first, ulong last)
    {
        Check(first, last);
        ulong set = 0;
        for (int run = RunOf(first / BlockBits); run < _normal.Length && _starts[run] <= last / BlockBits; run++)
            foreach (var (block, count, window) in Cut(run, first, last))
                set += (ulong)BitOperations.PopCount(block & window) * count;
        return set;
    }

    /// <summary>Whether the ordinal is taken.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not below <see cref="Length"/>.</exception>
    public bool IsSet(ulong ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, Length);
        return (_normal[RunOf(ordinal / BlockBits)].Block & Bit(ordinal)) != 0;
    }

    /// <summary>The lowest free ordinal between <paramref name="first"/> and <paramref name="last"/>, both included, or null.</summary>
    public ulong? FirstFree(ulong first, ulong last)
    {
        Check(first, last);
        for (int run = RunOf(first / BlockBits); run < _normal.Length && _starts[run] <= last / BlockBits; run++)
        {
            // All blocks of a run are equal, but the range may cut off the head of its first one: so look at two.
            ulong block = Math.Max(_starts[run], first / BlockBits);
            for (int look = 0; look < 2 && block - _starts[run] < _normal[run].Count && block <= last / BlockBits; look++, block++)
            {
                uint free = ~_normal[run].Block & Window(block, first, last);
                if (free != 0)
                    return block * BlockBits + (ulong)BitOperations.LeadingZeroCount(free);
            }
        }
        return null;
    }

    /// <summary>
    /// A free block of <paramref name="size"/> ordinals (a power of two) that begins at a multiple of its size, as a CIDR block
    /// does, inside <paramref name="first"/> … <paramref name="last"/>: the highest or the lowest. Null when there is none.
    /// </summary>
    /// <returns>The first ordinal of the block.</returns>
    public ulong? FindFreeBlock(ulong size, ulong first, ulong last, bool highest)
    {
        Check(first, last);
        if (!BitOperations.IsPow2(size))
            throw new ArgumentOutOfRangeException(nameof(size), size, "Not a power of two.");
        for (int i = 0; i < _normal.Length; i++)
        {
            int run = highest ? _normal.Length - 1 - i : i;
            if ((size < BlockBits ? FreeInBlock(run, (int)size, first, last, highest)
                    : FreeBlocks(run, size / BlockBits, first, last, highest)) is { } start)
                return start;
        }
        return null;
    }

    /// <summary>
    /// The set ordinals as maximal ranges, ascending, computed as they are asked for. A hostile sequence can have 2^63 of
    /// them: a caller stops where it likes.
    /// </summary>
    public IEnumerable<BitRange> SetRanges()
    {
        BitRange? open = null;
        foreach (var range in RangesByBlock())
        {
            if (open is { } before && before.Last + 1 == range.First)
                open = new BitRange(before.First, range.Last);
            else
            {
                if (open is { } done)
                    yield return done;
                open = range;
            }
        }
        if (open is { } last)
            yield return last;
    }

    private IEnumerable<BitRange> RangesByBlock()
    {
        for (int i = 0; i < _normal.Length; i++)
        {
            var (block, count) = _normal[i];
            ulong start = _starts[i] * BlockBits;
            if (block == uint.MaxValue)
                yield return new BitRange(start, start + (count - 1) * BlockBits + (BlockBits - 1));
            else
                for (ulong n = 0; n < count && block != 0; n++)
                    foreach (var range in RangesIn(block, start + n * BlockBits))
                        yield return range;
        }
    }

    private static IEnumerable<BitRange> RangesIn(uint block, ulong start)
    {
        int at = 0;
        while (at < BlockBits)
        {
            at += BitOperations.LeadingZeroCount(block << at);
            if (at >= BlockBits)
                yield break;
            int ones = BitOperations.LeadingZeroCount(~(block << at));
            yield return new BitRange(start + (ulong)at, start + (ulong)(at + ones - 1));
            at += ones;
        }
    }

    // Blocks of a run are equal and the range cuts only its outermost ones: the outermost and its neighbour tell for all.
    private ulong? FreeInBlock(int run, int size, ulong first, ulong last, bool highest)
    {
        ulong low = Math.Max(_starts[run], first / BlockBits);
        ulong high = Math.Min(_starts[run] + (_normal[run].Count - 1), last / BlockBits);
        for (ulong look = 0; look < 2 && low <= high && look <= high - low; look++)
        {
            ulong block = highest ? high - look : low + look;
            uint taken = _normal[run].Block | ~Window(block, first, last);
            for (int i = 0; i < BlockBits / size; i++)
            {
                int at = highest ? BlockBits - size * (i + 1) : size * i;
                if ((taken & (HighBits(size) >> at)) == 0)
                    return block * BlockBits + (ulong)at;
            }
        }
        return null;
    }

    private ulong? FreeBlocks(int run, ulong blocks, ulong first, ulong last, bool highest)
    {
        if (_normal[run].Block != 0)
            return null;
        ulong from = Math.Max(_starts[run], first / BlockBits + (first % BlockBits == 0 ? 0UL : 1UL));
        ulong to = Math.Min(_starts[run] + _normal[run].Count, (last + 1) / BlockBits); // last + 1 ≤ Length, no overflow
        if (to < blocks)
            return null;
        ulong start = highest ? (to - blocks) / blocks * blocks : (from + blocks - 1) / blocks * blocks;
        return start >= from && start <= to - blocks ? start * BlockBits : null;
    }

    private int RunOf(ulong block)
    {
        int at = _starts.AsSpan().BinarySearch(block);
        return at >= 0 ? at : ~at - 1;
    }

    private static uint Bit(ulong ordinal) => 0x80000000u >> (int)(ordinal % BlockBits);

    // The ordinals of a block that lie in first … last.
    private static uint Window(ulong block, ulong first, ulong last)
    {
        uint window = uint.MaxValue;
        if (block == first / BlockBits)
            window &= uint.MaxValue >> (int)(first % BlockBits);
        if (block == last / BlockBits)
            window &= HighBits((int)(last % BlockBits) + 1);
        return window;
    }

    private void Check(ulong first, ulong last)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
    }
}
