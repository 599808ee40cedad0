namespace OverlayBridge.Overlay.Audit;

/// <summary>The network a finding is about.</summary>
/// <param name="Name">Null when the network's record does not tell.</param>
public sealed record AuditNetwork(string Id, string? Name);
