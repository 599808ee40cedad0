using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Bitmaps;

/// <summary>
/// A set of ordinals 0 … <see cref="Length"/>−1 in the run-length form of libnetwork (spec §3), immutable and never
/// expanded: every operation costs time and memory by the number of runs, also for the 2^64−1 bits of an IPv6 /64.
/// The runs are kept as read, so that an unchanged sequence encodes to the same bytes; a changed one has the engines' own
/// form, which is unique: no two equal neighbours, no run of count 0, padding clear.
/// </summary>
public sealed partial class BitSequence : IEquatable<BitSequence>
{
    /// <summary>Ordinals in a block.</summary>
    private const int BlockBits = 32;

    // What all questions are answered from: the runs normalised to exactly BlockCount blocks, and where each begins.
    private readonly ImmutableArray<BitRun> _normal;
    private readonly ImmutableArray<ulong> _starts;

    public BitSequence(ulong length, ulong unselected, ImmutableArray<BitRun> runs)
    {
        Length = length;
        Unselected = unselected;
        Runs = runs;
        _normal = Normalise(runs, length);
        var starts = ImmutableArray.CreateBuilder<ulong>(_normal.Length);
        ulong start = 0;
        foreach (var run in _normal)
        {
            starts.Add(start);
            start += run.Count;
        }
        _starts = starts.MoveToImmutable();
    }

    /// <summary>Number of ordinals ("bits" in the engines' header).</summary>
    public ulong Length { get; }

    /// <summary>
    /// The engines' counter of free ordinals. Kept separately, not derived: releasing a clear bit adds 1 all the same, so it
    /// may drift, even above <see cref="Length"/>.
    /// </summary>
    public ulong Unselected { get; }

    /// <summary>As read: equal neighbours and counts of 0 included.</summary>
    public ImmutableArray<BitRun> Runs { get; }

    /// <summary>Blocks that <see cref="Length"/> ordinals take.</summary>
    public ulong BlockCount => Length / BlockBits + (Length % BlockBits == 0 ? 0UL : 1UL);

    /// <summary>Blocks that the runs as read really have; other than <see cref="BlockCount"/> only after damage.</summary>
    public UInt128 BlocksRead => Runs.Aggregate(UInt128.Zero, (sum, run) => sum + run.Count);

    /// <summary>All ordinals clear, as the engines make one.</summary>
    public static BitSequence Create(ulong length)
    {
        ArgumentOutOfRangeException.ThrowIfZero(length);
        return new(length, length, Normalise([new BitRun(0, ulong.MaxValue)], length));
    }

    /// <summary>The same set and counter in the engines' own form.</summary>
    public BitSequence Normalise() => new(Length, Unselected, _normal);

    public bool Equals(BitSequence? other) =>
        other is not null && Length == other.Length && Unselected == other.Unselected &&
        Runs.AsSpan().SequenceEqual(other.Runs.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as BitSequence);

    public override int GetHashCode() => HashCode.Combine(Length, Unselected, Runs.Length);

    // Cuts to the length, merges equal neighbours, clears the padding. Missing blocks count as taken, as in the engines.
    private static ImmutableArray<BitRun> Normalise(ImmutableArray<BitRun> runs, ulong length)
    {
        ulong left = length / BlockBits;
        int rest = (int)(length % BlockBits);
        uint? tail = null;
        var normal = new RunBuilder(runs.Length + 2);
        foreach (var run in runs)
        {
            ulong used = Math.Min(left, run.Count);
            normal.Add(run.Block, used);
            left -= used;
            if (used < run.Count)
            {
                tail = run.Block;
                break;
            }
        }
        normal.Add(uint.MaxValue, left);
        if (rest > 0)
            normal.Add((tail ?? uint.MaxValue) & HighBits(rest), 1);
        return normal.ToImmutable();
    }

    // The first n ordinals of a block, 0 ≤ n ≤ 32.
    private static uint HighBits(int n) => n == 0 ? 0 : uint.MaxValue << (BlockBits - n);
}
