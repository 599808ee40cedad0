using System.Numerics;

namespace OverlayBridge.Legacy.Bitmaps;

public sealed partial class BitSequence
{
    /// <summary>With the ordinal set; <see cref="Unselected"/> falls by one if it was clear (not below 0).</summary>
    public BitSequence Set(ulong ordinal) => Set(ordinal, ordinal);

    /// <summary>
    /// With all ordinals of the range, both ends included, set; <see cref="Unselected"/> falls by the number that were clear.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the sequence.</exception>
    public BitSequence Set(ulong first, ulong last) => Change(first, last, static (block, window) => block | window);

    /// <summary>With the ordinal clear; <see cref="Unselected"/> rises by one if it was set.</summary>
    public BitSequence Clear(ulong ordinal) => Clear(ordinal, ordinal);

    /// <summary>
    /// With all ordinals of the range, both ends included, clear; <see cref="Unselected"/> rises by the number that were set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the sequence.</exception>
    public BitSequence Clear(ulong first, ulong last) => Change(first, last, static (block, window) => block & ~window);

    private BitSequence Change(ulong first, ulong last, Func<uint, uint, uint> change)
    {
        Check(first, last);
        var runs = new RunBuilder(_normal.Length + 4);
        UInt128 before = 0, after = 0;
        for (int i = 0; i < _normal.Length; i++)
            foreach (var (block, count, window) in Cut(i, first, last))
            {
                uint changed = change(block, window);
                before += (UInt128)(uint)BitOperations.PopCount(block) * count;
                after += (UInt128)(uint)BitOperations.PopCount(changed) * count;
                runs.Add(changed, count);
            }
        UInt128 total = (UInt128)Unselected + before; // after ≤ total fails only when the counter had drifted low
        ulong unselected = after >= total ? 0 : (ulong)UInt128.Min(total - after, ulong.MaxValue);
        return new BitSequence(Length, unselected, runs.ToImmutable());
    }

    // A run in up to five pieces: before the range, its first block, whole blocks inside, its last block, behind.
    private IEnumerable<(uint Block, ulong Count, uint Window)> Cut(int run, ulong first, ulong last)
    {
        uint block = _normal[run].Block;
        ulong at = _starts[run], end = at + _normal[run].Count;
        ulong firstBlock = first / BlockBits, lastBlock = last / BlockBits;
        foreach (ulong stop in new[] { firstBlock, firstBlock + 1, lastBlock, lastBlock + 1, end })
        {
            ulong to = Math.Min(Math.Max(stop, at), end);
            if (to > at)
                yield return (block, to - at, at < firstBlock || at > lastBlock ? 0 : Window(at, first, last));
            at = to;
        }
    }
}
