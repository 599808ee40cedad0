using BenchmarkDotNet.Attributes;
using OverlayBridge.Legacy.Bitmaps;

namespace OverlayBridge.Benchmarks;

/// <summary>The run-length bitmap, full of holes.</summary>
[MemoryDiagnoser]
public class BitmapBenchmarks
{
    private BitSequence _bits = null!;
    private byte[] _bytes = [];

    /// <summary>Ordinals: a /24, a /16, an IPv6 /64.</summary>
    [Params(256ul, 65_536ul, ulong.MaxValue)]
    public ulong Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _bits = BitSequence.Create(Length);
        for (ulong ordinal = 0; ordinal < 200; ordinal += 3)
            _bits = _bits.Set(ordinal);
        _bytes = _bits.Encode();
    }

    [Benchmark]
    public BitSequence Decode() => BitSequence.Decode(_bytes);

    [Benchmark]
    public byte[] Encode() => _bits.Encode();

    [Benchmark]
    public BitSequence Set() => _bits.Set(100);

    [Benchmark]
    public ulong? FirstFree() => _bits.FirstFree(0, Length - 1);

    [Benchmark]
    public int SetRanges() => _bits.SetRanges().Count();
}
