namespace OverlayBridge.Overlay.Fence;

/// <summary>What the planner says: a <see cref="FencePlan"/> or a <see cref="FenceRefusal"/>.</summary>
public abstract record FenceDecision;
