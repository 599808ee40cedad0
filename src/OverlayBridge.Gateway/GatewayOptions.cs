namespace OverlayBridge.Gateway;

/// <summary>What the gateway says about the process it runs in.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="NodeName">Of this node; by default the host's name.</param>
public sealed record GatewayOptions(string Version, string NodeName)
{
    /// <summary>The shortest TTL that a session may have, as Consul's <c>session_ttl_min</c>.</summary>
    public TimeSpan MinSessionTtl { get; init; } = TimeSpan.FromSeconds(10);
}
