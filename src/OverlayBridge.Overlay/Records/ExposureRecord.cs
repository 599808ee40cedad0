using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OverlayBridge.Legacy.Keys;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// A legacy overlay that is shared with a swarm: <c>overlaybridge/v1/exposures/LEGACYNID</c>. Subnet, gateway, fence and VNIs are those of
/// its first IPv4 subnet; <see cref="Subnets"/> are all of them.
/// </summary>
/// <param name="Name">Of both networks.</param>
/// <param name="SwarmNetworkId">Empty while <c>preparing</c>: the swarm network may not be there yet.</param>
/// <param name="Fence">The block of <paramref name="Subnet"/> that swarm hands out; its bits are set in the legacy bitmap.</param>
/// <param name="LegacyVni">VNI on the wire of the legacy side.</param>
/// <param name="SwarmVni">VNI on the wire of the swarm side; equal to <paramref name="LegacyVni"/> where that was free.</param>
/// <param name="Source">STATE of the legacy store, without secrets.</param>
/// <param name="State">Only while <c>active</c> do the agents program entries; otherwise they take theirs away.</param>
public sealed record ExposureRecord(
    string Name,
    string LegacyNetworkId,
    string SwarmNetworkId,
    IPNetwork Subnet,
    IPAddress? Gateway,
    IPNetwork Fence,
    uint LegacyVni,
    uint SwarmVni,
    string Source,
    ExposureState State,
    DateTimeOffset Created) : IBridgeRecord<ExposureRecord>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    /// <summary>Further subnets, in the order of the legacy network's record. Missing in records of earlier versions.</summary>
    public ImmutableArray<ExposedSubnet> MoreSubnets { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Further blocks whose bits are set in the legacy bitmaps, for fixed addresses on the swarm side. Missing in records of earlier versions.</summary>
    public ImmutableArray<ReservedBlock> Reserves { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Full key of the legacy bitmap of each of <see cref="Subnets"/>. Missing in records of earlier versions.</summary>
    public ImmutableArray<string> BitmapKeys { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>All IPv4 subnets, in the order of both networks' records.</summary>
    [JsonIgnore]
    public ImmutableArray<ExposedSubnet> Subnets => [new(Subnet, Gateway, Fence, LegacyVni, SwarmVni), .. MoreSubnets];

    /// <summary>All blocks that this exposure holds in the legacy bitmaps: fences, then reserves.</summary>
    [JsonIgnore]
    public ImmutableArray<IPNetwork> Blocks => [.. Subnets.Select(static subnet => subnet.Fence), .. Reserves.Select(static reserve => reserve.Block)];

    /// <summary>The record with these subnets.</summary>
    public ExposureRecord With(ImmutableArray<ExposedSubnet> subnets) => this with
    {
        Subnet = subnets[0].Subnet,
        Gateway = subnets[0].Gateway,
        Fence = subnets[0].Fence,
        LegacyVni = subnets[0].LegacyVni,
        SwarmVni = subnets[0].SwarmVni,
        MoreSubnets = subnets[1..],
    };

    /// <summary>The subnet that an address or block lies in; null for none.</summary>
    public ExposedSubnet? SubnetOf(IPAddress address) => Subnets.FirstOrDefault(subnet => subnet.Subnet.Contains(address));

    /// <summary>Full key of a subnet's legacy bitmap; where the record does not tell, that of a store URL without a path.</summary>
    public string BitmapKeyOf(ExposedSubnet subnet)
    {
        var at = Subnets.IndexOf(subnet);
        return at >= 0 && at < BitmapKeys.Length ? BitmapKeys[at] : new AddressBitmapKey("", "GlobalDefault", subnet.Subnet.ToString()).Format();
    }

    /// <summary>By content, the lists included.</summary>
    public bool Equals(ExposureRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Name == other.Name && LegacyNetworkId == other.LegacyNetworkId &&
        SwarmNetworkId == other.SwarmNetworkId && Subnets.SequenceEqual(other.Subnets) && Reserves.SequenceEqual(other.Reserves) && BitmapKeys.SequenceEqual(other.BitmapKeys) &&
        Source == other.Source && State == other.State && Created == other.Created;

    public override int GetHashCode() => HashCode.Combine(LegacyNetworkId, SwarmNetworkId, State);

    static JsonTypeInfo<ExposureRecord> IBridgeRecord<ExposureRecord>.TypeInfo => RecordJson.Plain.ExposureRecord;
}

/// <summary>A subnet that both sides have.</summary>
/// <param name="Fence">The block of it that swarm hands out; its bits are set in the legacy bitmap.</param>
/// <param name="LegacyVni">VNI on the wire of the legacy side.</param>
/// <param name="SwarmVni">VNI on the wire of the swarm side; 0 while the swarm network is not made and swarm is to choose.</param>
public sealed record ExposedSubnet(IPNetwork Subnet, IPAddress? Gateway, IPNetwork Fence, uint LegacyVni, uint SwarmVni);

/// <summary>A block of a subnet beside its fence. Swarm hands nothing out of it: containers get its addresses by <c>--ip</c>.</summary>
/// <param name="IsSet">False from the moment it was chosen until its bits are set: an interrupted <c>expose --grow</c>.</param>
public sealed record ReservedBlock(IPNetwork Block, bool IsSet);

/// <summary>Where an exposure is in its life.</summary>
public enum ExposureState
{
    /// <summary>Written before anything is changed, so that an interrupted expose can be resumed or undone.</summary>
    [JsonStringEnumMemberName("preparing")]
    Preparing,

    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>On the way out: entries go first, then the swarm network, then the fence.</summary>
    [JsonStringEnumMemberName("retracting")]
    Retracting,

    /// <summary>Everything has gone over: no entries and no names any more; the swarm network, and what runs on it, stays. The fence stays set.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,
}
