using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>What a container got when it joined the network.</summary>
/// <param name="StaticRoutes">One per other subnet of the network; null when none. Engines lose them when they read a record.</param>
/// <param name="Gateway">Never set by overlay.</param>
public sealed record JoinInfo(
    ImmutableArray<StaticRoute>? StaticRoutes,
    bool DisableGatewayService,
    string? Gateway = null,
    string? GatewayV6 = null);
