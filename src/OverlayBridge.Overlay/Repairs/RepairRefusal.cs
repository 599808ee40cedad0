namespace OverlayBridge.Overlay.Repairs;

/// <summary>A fault that is not mended.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Reason">Why it is left, and what to do.</param>
public sealed record RepairRefusal(RepairTarget Target, string Name, string Message, string Reason);
