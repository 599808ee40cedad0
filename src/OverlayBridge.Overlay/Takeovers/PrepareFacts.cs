using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>All that a takeover is judged by before it is prepared.</summary>
/// <param name="Image">The source, read once.</param>
/// <param name="SourceVersion">For example <c>1.8.7</c>; empty when the source does not tell.</param>
/// <param name="SourceAddresses">Where the engines reach it.</param>
/// <param name="HasToken">Whether the source is read with a token.</param>
/// <param name="Nodes">The control nodes of the cluster.</param>
/// <param name="Standby">What the cluster follows or took over already; null when it never followed anything.</param>
/// <param name="Latest">The takeover that the cluster holds a record of; null when there never was one.</param>
/// <param name="Agents">Hosts with agents.</param>
/// <param name="Asked">Hosts asked for by name; empty stands for all with an agent.</param>
/// <param name="Findings">Of an audit of the source: how many are critical or errors.</param>
/// <param name="Now">By the clock of who asks.</param>
public sealed record PrepareFacts(
    string Source,
    string Prefix,
    StoreImage Image,
    string SourceVersion,
    ImmutableArray<IPEndPoint> SourceAddresses,
    bool HasToken,
    ImmutableArray<ControlNode> Nodes,
    FollowedStore? Standby,
    TakeoverRecord? Latest,
    ImmutableArray<AgentSighting> Agents,
    ImmutableArray<string> Asked,
    int Findings,
    DateTimeOffset Now)
{
    /// <summary>Raft addresses of members that have not told yet where they are reached.</summary>
    public ImmutableArray<string> Unannounced { get; init; } = [];

    /// <summary>The gateways were named by the operator, and not taken from what the members tell.</summary>
    public bool GatewaysNamed { get; init; }

    /// <summary>Relays that the cluster has a record of.</summary>
    public ImmutableArray<RelaySighting> Relays { get; init; } = [];

    /// <summary>Engines that are said to come through a relay, from another address than they are registered with.</summary>
    public ImmutableArray<IPAddress> Relayed { get; init; } = [];
}

/// <param name="IsHeard">Its record was written lately.</param>
public sealed record RelaySighting(RelayRecord Record, bool IsHeard);

/// <param name="Address">Of its HTTP.</param>
/// <param name="Fault">Why it does not serve; empty when it does: it answers, knows a leader and has room on its disk.</param>
public sealed record ControlNode(string Name, IPEndPoint Address, string Fault);

/// <param name="TakenOver">The cluster has taken over from it, and does not follow any more.</param>
public sealed record FollowedStore(string Source, string Prefix, bool TakenOver);

/// <param name="Heartbeat">When its agent gave the last sign of life, by the host's own clock; null when it never did.</param>
public sealed record AgentSighting(HostRecord Host, DateTimeOffset? Heartbeat);
