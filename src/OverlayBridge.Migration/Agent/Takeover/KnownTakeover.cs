using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>What the store says about the takeover.</summary>
/// <param name="Record">Null: there is none.</param>
/// <param name="ModifyIndex">Of the record, for a compare-and-set.</param>
internal sealed record KnownTakeover(TakeoverRecord? Record, ulong ModifyIndex);
