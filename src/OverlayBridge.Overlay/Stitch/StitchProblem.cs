namespace OverlayBridge.Overlay.Stitch;

/// <summary>An endpoint that has no entry, and why.</summary>
public sealed record StitchProblem(StitchEndpoint Endpoint, string Reason);
