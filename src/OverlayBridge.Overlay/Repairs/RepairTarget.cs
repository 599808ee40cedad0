namespace OverlayBridge.Overlay.Repairs;

/// <summary>One fault, by rule and subject as an audit names them.</summary>
/// <param name="Rule">Of the catalogue: <c>OB09</c>.</param>
/// <param name="Subject">As <see cref="Audit.AuditFinding.Subject"/>.</param>
public readonly record struct RepairTarget(string Rule, string Subject);
