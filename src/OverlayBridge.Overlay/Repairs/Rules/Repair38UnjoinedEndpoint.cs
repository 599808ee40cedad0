namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Removes endpoints that never joined, or have left, while no engine has them.</summary>
internal sealed class Repair38UnjoinedEndpoint() : StaleEndpoints(38);
