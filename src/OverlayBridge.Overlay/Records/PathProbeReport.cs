using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>What a host's agent found out about the overlay path of a network: <c>overlaybridge/v1/hosts/HOST/path-probe/LEGACYNID</c>. Gone with the request.</summary>
/// <param name="RequestId">The request that this answers.</param>
/// <param name="IsDone">False from the moment the agent listens for probes; true once it has sent and counted.</param>
/// <param name="UplinkMtu">MTU of the interface that has the host's VTEP; null when no interface has it.</param>
/// <param name="Devices">The VXLAN devices of the network on this host, one for each subnet and side.</param>
/// <param name="Foreign">VXLAN devices in the host's own namespace, which another program made.</param>
/// <param name="Routes">Routes of the host that overlap a subnet of the network, e.g. <c>10.60.0.0/16 dev eth1</c>.</param>
/// <param name="Sent">Hosts that probes were sent to.</param>
/// <param name="Heard">Probes that arrived here.</param>
/// <param name="Problems">What could not be looked at, and why.</param>
public sealed record PathProbeReport(
    string RequestId,
    bool IsDone,
    int? UplinkMtu,
    ImmutableArray<ProbedDevice> Devices,
    ImmutableArray<ForeignDevice> Foreign,
    ImmutableArray<string> Routes,
    ImmutableArray<ProbeSent> Sent,
    ImmutableArray<ProbeHeard> Heard,
    ImmutableArray<string> Problems) : IBridgeRecord<PathProbeReport>
{
    /// <summary>Lists are cut here: a host with more overlapping routes than this needs no longer list.</summary>
    public const int MaxItems = 1000;

    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<PathProbeReport> IBridgeRecord<PathProbeReport>.TypeInfo => RecordJson.Plain.PathProbeReport;

    /// <summary>By content, the lists included.</summary>
    public bool Equals(PathProbeReport? other) =>
        other is not null && FormatVersion == other.FormatVersion && RequestId == other.RequestId && IsDone == other.IsDone && UplinkMtu == other.UplinkMtu &&
        Devices.SequenceEqual(other.Devices) && Foreign.SequenceEqual(other.Foreign) && Routes.SequenceEqual(other.Routes) &&
        Sent.SequenceEqual(other.Sent) && Heard.SequenceEqual(other.Heard) && Problems.SequenceEqual(other.Problems);

    public override int GetHashCode() => HashCode.Combine(RequestId, IsDone, Heard.Length);
}

/// <summary>A VXLAN device of the network.</summary>
/// <param name="NetworkId">Of the legacy or the swarm network.</param>
public sealed record ProbedDevice(string NetworkId, IPNetwork Subnet, string Namespace, string Name, uint Vni, int Mtu);

/// <summary>A VXLAN device that is none of an overlay network's.</summary>
public sealed record ForeignDevice(string Name, uint Vni);

/// <summary>Probes to a host: to the MAC address of one of its containers, through the device's own entries.</summary>
/// <param name="Count">How many of each length, short and as long as the device's MTU allows.</param>
public sealed record ProbeSent(string Host, IPNetwork Subnet, int Count);

/// <summary>Probes from a host.</summary>
/// <param name="Short">How many short ones arrived.</param>
/// <param name="Full">How many full-length ones arrived.</param>
public sealed record ProbeHeard(string Host, IPNetwork Subnet, int Short, int Full);
