using System.Collections.Immutable;
using System.Net.NetworkInformation;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// A running container's endpoint on an overlay network: <c>overlaybridge/v1/hosts/HOST/attachments/NID/EID</c>.
/// Swarm's load-balancer endpoints are none, for no container stands behind them.
/// </summary>
/// <param name="Address">IPv4 address with the subnet's prefix length.</param>
/// <param name="MacAddress">What the endpoint answers with on the overlay.</param>
/// <param name="Aliases">Further names on this network, in the engine's order, without the short container id.</param>
/// <param name="Ipv6Address">On a network that has an IPv6 subnet, else null.</param>
public sealed record AttachmentRecord(
    string NetworkId,
    string NetworkName,
    string EndpointId,
    string ContainerId,
    string ContainerName,
    InterfaceAddress Address,
    PhysicalAddress MacAddress,
    ImmutableArray<string> Aliases,
    InterfaceAddress? Ipv6Address = null) : IBridgeRecord<AttachmentRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<AttachmentRecord> IBridgeRecord<AttachmentRecord>.TypeInfo => RecordJson.Plain.AttachmentRecord;

    /// <summary>By content, the aliases included.</summary>
    public bool Equals(AttachmentRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && NetworkId == other.NetworkId &&
        NetworkName == other.NetworkName && EndpointId == other.EndpointId && ContainerId == other.ContainerId &&
        ContainerName == other.ContainerName && Address == other.Address && MacAddress.Equals(other.MacAddress) &&
        Aliases.SequenceEqual(other.Aliases) && Ipv6Address == other.Ipv6Address;

    public override int GetHashCode() => HashCode.Combine(NetworkId, EndpointId, Address);
}
