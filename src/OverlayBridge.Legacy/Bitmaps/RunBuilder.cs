using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Bitmaps;

/// <summary>Collects runs in the engines' form: joins equal neighbours, leaves out empty runs.</summary>
internal sealed class RunBuilder(int capacity)
{
    private readonly ImmutableArray<BitRun>.Builder _runs = ImmutableArray.CreateBuilder<BitRun>(capacity);

    public void Add(uint block, ulong count)
    {
        if (count == 0)
            return;
        if (_runs.Count > 0 && _runs[^1].Block == block)
            _runs[^1] = new BitRun(block, _runs[^1].Count + count);
        else
            _runs.Add(new BitRun(block, count));
    }

    public ImmutableArray<BitRun> ToImmutable() => _runs.DrainToImmutable();
}
