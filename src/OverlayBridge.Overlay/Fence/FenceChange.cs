using System.Collections.Immutable;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;

namespace OverlayBridge.Overlay.Fence;

/// <summary>The bitmap after a fence was taken or released.</summary>
/// <param name="Record">What to write with CAS on the index read; the record as it was unless <see cref="FenceOutcome.Changed"/>.</param>
/// <param name="InTheWay">Addresses of the block that are taken already, the first few; only for a conflict.</param>
public sealed record FenceChange(FenceOutcome Outcome, StoredRecord<BitmapRecord> Record, ImmutableArray<string> InTheWay);
