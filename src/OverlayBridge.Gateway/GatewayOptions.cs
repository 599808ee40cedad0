using System.Net;
using OverlayBridge.Gateway.Cluster;

namespace OverlayBridge.Gateway;

/// <summary>What the gateway says about the process it runs in.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="NodeName">Of this node; by default the host's name.</param>
public sealed record GatewayOptions(string Version, string NodeName)
{
    /// <summary>The shortest TTL that a session may have, as Consul's <c>session_ttl_min</c>.</summary>
    public TimeSpan MinSessionTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write waits for a leader, as long as Consul does.</summary>
    public TimeSpan LeaderWait { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How the nodes know each other.</summary>
    public NodeAccess Nodes { get; init; } = NodeAccess.None;

    /// <summary>Where clients and the other nodes reach this node's HTTP; null for a node that nobody needs to find.</summary>
    public IPEndPoint? HttpAddress { get; init; }

    /// <summary>Where clients that speak no TLS reach it, if not there; null where there is no such address.</summary>
    public IPEndPoint? PlainAddress { get; init; }
}
