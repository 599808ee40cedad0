using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// What a host's agent asks of the agent beside a swarm manager: <c>overlaybridge/v1/hosts/HOST/swarm</c>. It is answered in <see cref="SwarmAnswer"/>, and
/// deleted by the asker with the end of its need.
/// </summary>
/// <param name="Id">Made anew for each request.</param>
/// <param name="Manager">Name of the host whose agent is to answer.</param>
/// <param name="Engine">The asking engine's own name, by which the swarm lists it.</param>
/// <param name="PublicKey">
/// RSA, SubjectPublicKeyInfo in base64: what the join token is sealed with. The private key stays in the asker's memory. Empty: no token is wanted.
/// </param>
/// <param name="Keep">Id of the node that this engine is now; empty for none.</param>
/// <param name="RemoveNodes">Ids of nodes that this engine was and left: removed even if the swarm has not noticed yet that they are down.</param>
public sealed record SwarmRequest(
    string Id, string Manager, string Engine, string PublicKey, string Keep, ImmutableArray<string> RemoveNodes) : IBridgeRecord<SwarmRequest>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<SwarmRequest> IBridgeRecord<SwarmRequest>.TypeInfo => RecordJson.Plain.SwarmRequest;
}

/// <summary>The answer to a <see cref="SwarmRequest"/>: <c>overlaybridge/v1/hosts/MANAGER/swarm-answers/HOST</c>. Deleted with the request.</summary>
/// <param name="Id">Of the request.</param>
/// <param name="JoinAddress">Where workers join, as <c>ADDRESS:PORT</c>.</param>
/// <param name="SealedToken">The worker's join token, sealed by RSA-OAEP with SHA-256 for the asker alone, in base64; empty where none was asked for.</param>
/// <param name="Removed">Ids of dead nodes of the asking engine that were removed.</param>
/// <param name="Cause">Why it could not be done; empty else.</param>
/// <param name="Remedy">What to do about that; empty else.</param>
public sealed record SwarmAnswer(
    string Id, string JoinAddress, string SealedToken, ImmutableArray<string> Removed, string Cause, string Remedy) : IBridgeRecord<SwarmAnswer>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<SwarmAnswer> IBridgeRecord<SwarmAnswer>.TypeInfo => RecordJson.Plain.SwarmAnswer;
}
