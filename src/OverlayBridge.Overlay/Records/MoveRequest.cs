using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// What a host's agent asks of the agent of the host that one of its containers moves to: <c>overlaybridge/v1/hosts/HOST/move</c>. It is answered in
/// <see cref="MoveAnswer"/>, and deleted by the asker with the end of its need.
/// </summary>
/// <param name="Id">Made anew for each request.</param>
/// <param name="Target">Name of the host whose agent is to answer.</param>
/// <param name="ContainerId">Of the container at the asking host; the one at the target bears it in a label.</param>
/// <param name="Name">The same on both hosts.</param>
/// <param name="Image">Its id, as <c>sha256:…</c>.</param>
/// <param name="Networks">The shared networks that it is on, each with its address there.</param>
/// <param name="Blueprint">For <see cref="MoveWant.Made"/>, else empty: what the engine is to make it from, sealed for the target alone, for it holds the container's environment.</param>
public sealed record MoveRequest(
    string Id, string Target, string ContainerId, string Name, string Image, MoveWant Want, ImmutableArray<MoveEndpoint> Networks, string Blueprint) : IBridgeRecord<MoveRequest>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<MoveRequest> IBridgeRecord<MoveRequest>.TypeInfo => RecordJson.Plain.MoveRequest;
}

/// <summary>What is to become of a container at the host that it moves to. What is so already stays as it is.</summary>
public enum MoveWant
{
    /// <summary>Nothing is changed.</summary>
    Look,

    /// <summary>It is there, on its networks, not started.</summary>
    Made,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It is not there any more.</summary>
    Gone,
}

/// <param name="Address">Null where the container did not run and has no fixed one.</param>
public sealed record MoveEndpoint(string Network, IPAddress? Address, PhysicalAddress? MacAddress, ImmutableArray<string> Aliases);

/// <summary>The answer to a <see cref="MoveRequest"/>: <c>overlaybridge/v1/hosts/TARGET/move-answers/HOST</c>. Deleted with the request.</summary>
/// <param name="Id">Of the request.</param>
/// <param name="PublicKey">RSA, SubjectPublicKeyInfo in base64: what a blueprint is sealed with. The private key stays in the target's memory.</param>
/// <param name="HasImage">Whether the image of that id is there.</param>
/// <param name="State">The engine's word; empty: there is no container of that name.</param>
/// <param name="IsOurs">Whether the container of that name is the one that was moved.</param>
/// <param name="Endpoints">Those of the asked networks that the container is on, as they are now.</param>
/// <param name="MissingHolders">Networks that the target's engine loses with its last container, and that nothing keeps there yet.</param>
/// <param name="Kept">Under which name a container stays there that wrote files of its own; empty for none.</param>
/// <param name="Cause">Why it could not be done; empty else.</param>
/// <param name="Remedy">What to do about that; empty else.</param>
public sealed record MoveAnswer(
    string Id, string PublicKey, bool HasImage, string State, bool IsOurs, ImmutableArray<MoveEndpoint> Endpoints, ImmutableArray<string> MissingHolders, string Kept,
    string Cause, string Remedy) : IBridgeRecord<MoveAnswer>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<MoveAnswer> IBridgeRecord<MoveAnswer>.TypeInfo => RecordJson.Plain.MoveAnswer;
}
