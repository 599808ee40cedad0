using System.Text.Json.Serialization;

namespace OverlayBridge.Sources.Consul;

/// <summary>Answer of <c>PUT /v1/overlaybridge/import</c>.</summary>
/// <param name="Applied">How many of the operations changed something.</param>
/// <param name="Index">The store's index afterwards.</param>
public sealed record ImportAnswer(
    [property: JsonRequired] int Applied,
    [property: JsonRequired] ulong Index);

/// <summary>Answer of <c>GET /v1/overlaybridge/status</c>.</summary>
/// <param name="Index">The store's index, of all keys.</param>
/// <param name="Mode">
/// <c>standby</c>: follows another store and refuses clients' writes under <paramref name="Prefix"/>. <c>primary</c>: takes them; with a
/// <paramref name="Source"/> it took over from that.
/// </param>
/// <param name="Prefix">Keys that the mode is about.</param>
/// <param name="Source">The other store, without secrets; empty when there never was one.</param>
/// <param name="NotReady">Why the node does not serve (no leader, no room on its disk); empty when it does.</param>
public sealed record BridgeStatus(
    string Version,
    string NodeName,
    bool Leader,
    [property: JsonRequired] ulong Index,
    long Keys,
    ulong RaftIndex,
    ulong SnapshotIndex,
    string Mode,
    string Prefix = "",
    string Source = "",
    string NotReady = "");

/// <summary>What an agent of Consul, or a bridge node in its place, says of itself (<c>GET /v1/agent/self</c>).</summary>
/// <param name="NodeName">Name of its node, which its sessions carry.</param>
/// <param name="Version">Of Consul.</param>
public sealed record AgentAnswer(string NodeName, string Version);

/// <summary>The part of the answer that is of interest.</summary>
internal sealed record AgentSelf([property: JsonRequired] AgentAnswer Config);

/// <summary>Answer of <c>PUT /v1/overlaybridge/standby</c>.</summary>
public sealed record StandbyAnswer(string Mode);

[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(BridgeStatus))]
[JsonSerializable(typeof(StandbyAnswer))]
[JsonSerializable(typeof(AgentSelf))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class BridgeJsonContext : JsonSerializerContext;
