namespace OverlayBridge.Engines;

/// <summary>Something that happened on an engine and may have changed what it shows.</summary>
/// <param name="Action">The engine's word: <c>start</c>, <c>die</c>, <c>connect</c> …</param>
/// <param name="ContainerId">The container concerned; null when it is a network alone.</param>
/// <param name="NetworkId">The network concerned; null when it is a container alone.</param>
public sealed record EngineEvent(string Action, string? ContainerId, string? NetworkId);
