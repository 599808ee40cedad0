namespace OverlayBridge.Overlay.Exposures;

/// <summary>What an operator asks for.</summary>
/// <param name="Network">Name, id, or an unambiguous beginning of the id (at least 4 characters) of a legacy network.</param>
/// <param name="FencePrefixLength">Size of the block that swarm gets, e.g. 25; null lets the planner choose.</param>
public sealed record ExposeRequest(string Network, int? FencePrefixLength = null);
