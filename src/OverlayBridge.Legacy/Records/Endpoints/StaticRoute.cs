namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>A route of the container.</summary>
/// <param name="Mask">Base64 of the mask's bytes, as written: <c>////AA==</c> for 255.255.255.0.</param>
/// <param name="RouteType">0 next hop, 1 connected.</param>
public sealed record StaticRoute(string Destination, string Mask, ulong RouteType, string NextHop);
