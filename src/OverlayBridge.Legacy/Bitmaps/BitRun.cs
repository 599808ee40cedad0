namespace OverlayBridge.Legacy.Bitmaps;

/// <summary>The same block of 32 ordinals, <see cref="Count"/> times; the most significant bit is the lowest ordinal.</summary>
public readonly record struct BitRun(uint Block, ulong Count);
