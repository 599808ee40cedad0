namespace OverlayBridge.Legacy.Bitmaps;

/// <summary>Ordinals <see cref="First"/> to <see cref="Last"/>, both included.</summary>
public readonly record struct BitRange(ulong First, ulong Last);
