using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OverlayBridge.Engines.Facts;

/// <summary>What is read of <c>GET /info</c>. The client library leaves out what only legacy engines say.</summary>
internal sealed record InfoAnswer(
    string? Name, string? ClusterStore, string? ClusterAdvertise, SwarmAnswer? Swarm, string? ServerVersion = null, string? DockerRootDir = null,
    string? Architecture = null, bool LiveRestoreEnabled = false);

internal sealed record SwarmAnswer(string? NodeAddr, string? NodeID = null, string? LocalNodeState = null, bool ControlAvailable = false);

/// <summary>What is read of an element of <c>GET /networks</c>.</summary>
internal sealed record NetworkAnswer(string? Id, string? Driver);

/// <summary>What is read of an element of <c>GET /containers/json</c>.</summary>
internal sealed record ContainerAnswer(
    string? Id, string[]? Names, string? State, AttachmentsAnswer? NetworkSettings, Dictionary<string, string>? Labels = null);

/// <summary>What is read of <c>GET /containers/ID/json</c>, which alone tells the sandbox.</summary>
internal sealed record InspectAnswer(string? Id, string? Name, StateAnswer? State, AttachmentsAnswer? NetworkSettings);

internal sealed record StateAnswer(string? Status);

internal sealed record AttachmentsAnswer(string? SandboxID, Dictionary<string, AttachmentAnswer?>? Networks);

internal sealed record AttachmentAnswer(string? NetworkID, string? EndpointID, string? IPAddress, string? GlobalIPv6Address, string? MacAddress, string[]? Aliases = null);

internal sealed record ErrorAnswer([property: JsonPropertyName("message")] string? Message);

[JsonSerializable(typeof(InfoAnswer))]
[JsonSerializable(typeof(NetworkAnswer[]))]
[JsonSerializable(typeof(ContainerAnswer[]))]
[JsonSerializable(typeof(InspectAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class EngineJson : JsonSerializerContext;
