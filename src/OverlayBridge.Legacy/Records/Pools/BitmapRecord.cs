using OverlayBridge.Legacy.Bitmaps;

namespace OverlayBridge.Legacy.Records.Pools;

/// <summary>B or V: a bit sequence under its name (spec §3).</summary>
/// <param name="Id">Pool id of the master, or <c>vxlan-id</c>.</param>
public sealed record BitmapRecord(string Id, BitSequence Sequence);
