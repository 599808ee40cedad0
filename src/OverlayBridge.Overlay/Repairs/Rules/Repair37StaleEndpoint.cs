namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Removes endpoints that their host's own engine does not have.</summary>
internal sealed class Repair37StaleEndpoint() : StaleEndpoints(37);
