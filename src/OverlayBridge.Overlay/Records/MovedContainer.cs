using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// How a container stood before it was moved to another host: <c>overlaybridge/v1/hosts/HOST/moved/CID</c>. Written before anything is changed; what the way
/// back is made from, and by what legacy hosts are told where the container is. Deleted when it is back.
/// </summary>
/// <param name="Host">Where it was, and where the old container stays.</param>
/// <param name="Target">Where it goes.</param>
/// <param name="TargetVtep">By which the others reach the target.</param>
/// <param name="Restart">The restart policy that it had: while it is away the old container has none, for it would come back with its engine.</param>
/// <param name="Begun">By the agent's clock.</param>
public sealed record MovedContainer(
    string Host, string Target, IPAddress TargetVtep, ConvertedContainer Container, ContainerRestart Restart, DateTimeOffset Begun) : IBridgeRecord<MovedContainer>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<MovedContainer> IBridgeRecord<MovedContainer>.TypeInfo => RecordJson.Plain.MovedContainer;
}

/// <summary>When an engine starts a container again by itself.</summary>
/// <param name="Policy"><c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c>.</param>
/// <param name="MostTries">With <c>on-failure</c>; 0 for no limit.</param>
public sealed record ContainerRestart(string Policy, int MostTries)
{
    public static ContainerRestart None { get; } = new("no", 0);

    public override string ToString() => MostTries > 0 ? $"{Policy}:{MostTries}" : Policy;
}
