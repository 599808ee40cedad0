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
/// <param name="Mode"><c>standby</c>: follows a source and refuses the engines' writes.</param>
public sealed record BridgeStatus(
    string Version,
    string NodeName,
    bool Leader,
    [property: JsonRequired] ulong Index,
    long Keys,
    ulong RaftIndex,
    ulong SnapshotIndex,
    string Mode);

[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(BridgeStatus))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class BridgeJsonContext : JsonSerializerContext;
