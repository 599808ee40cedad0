using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>What a host does next about a takeover.</summary>
/// <param name="Engagement">What is to be in force, and stays so until another decision.</param>
/// <param name="State">To be reported once that is so; null where there is nothing to report.</param>
/// <param name="AbortsTakeover">The hold is too old: the record is to be moved to aborted. The hold stays until the store says that it was.</param>
/// <param name="Note">What a person should know; empty when all is as usual.</param>
internal sealed record HostDecision(Engagement Engagement, TakeoverHostState? State, bool AbortsTakeover = false, string Note = "");
