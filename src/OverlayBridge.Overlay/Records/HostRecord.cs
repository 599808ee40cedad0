using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>A host with an agent: <c>overlaybridge/v1/hosts/HOST</c>. Written by its agent; <see cref="HostState.Lost"/> by the control node.</summary>
/// <param name="Name">The host's name, unique among the agents; the HOST of all its keys.</param>
/// <param name="EngineId">The engine's own id (<c>docker info</c>, ID); empty until the engine answered once.</param>
/// <param name="EngineVersion">For example <c>20.10.5+dfsg1</c>; empty until the engine answered once.</param>
/// <param name="Vtep">The address at which other hosts reach this host's VXLAN port.</param>
/// <param name="Swarm">The engine's part in a swarm; null while the engine has never answered.</param>
/// <param name="State">Whether the agent is heard of.</param>
/// <param name="Engine">Whether the agent hears the engine. While <c>down</c>, the other records of the host are the last known ones.</param>
/// <param name="Since">When <paramref name="State"/> or <paramref name="Engine"/> last changed.</param>
/// <param name="AgentVersion">The version of this program on the host.</param>
public sealed record HostRecord(
    string Name,
    string EngineId,
    string EngineVersion,
    IPAddress Vtep,
    HostSwarm? Swarm,
    HostState State,
    EngineState Engine,
    DateTimeOffset Since,
    string AgentVersion) : IBridgeRecord<HostRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<HostRecord> IBridgeRecord<HostRecord>.TypeInfo => RecordJson.Plain.HostRecord;
}

/// <summary>An engine's part in a swarm (<c>docker info</c>, Swarm).</summary>
/// <param name="NodeId">Empty when the engine is in no swarm.</param>
/// <param name="State">The engine's word: <c>inactive</c>, <c>pending</c>, <c>active</c>, <c>error</c>, <c>locked</c>.</param>
/// <param name="IsManager">Whether the control API is available on this node.</param>
public sealed record HostSwarm(string NodeId, string State, bool IsManager);

/// <summary>Whether a host's agent is heard of.</summary>
public enum HostState
{
    [JsonStringEnumMemberName("up")]
    Up,

    /// <summary>The heartbeat stopped changing; what the host's keys say is the last known state.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}

/// <summary>Whether the agent reaches its engine.</summary>
public enum EngineState
{
    [JsonStringEnumMemberName("up")]
    Up,

    [JsonStringEnumMemberName("down")]
    Down,
}
