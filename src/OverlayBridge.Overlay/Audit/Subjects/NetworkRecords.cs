using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>All records of one network id. N may be missing or unreadable.</summary>
internal sealed class NetworkRecords(string id)
{
    public string Id => id;

    public Filed<NetworkRecord>? Filed { get; init; }

    public Filed<EndpointCountRecord>? Count { get; init; }

    public Filed<OverlayNetworkRecord>? Overlay { get; init; }

    /// <summary>By id, the unreadable ones included.</summary>
    public ImmutableArray<EndpointRecords> Endpoints { get; set; } = [];

    /// <summary>The master pools that N names; without a readable N those of the subnets in O.</summary>
    public List<PoolRecords> Masters { get; } = [];

    /// <summary>Null when N is missing or unreadable.</summary>
    public NetworkRecord? Record => Filed?.Value;

    public bool IsMissing => Filed is null;

    public bool IsUnreadable => Filed is { Value: null };

    public bool IsOverlay => Record is { NetworkType: "overlay" };

    public bool HasOwnPools => Record is { IpamType: "default" };

    /// <summary>What N names, IPv4 before IPv6.</summary>
    public IEnumerable<IpamInfo> Pools => Record is { } network ? network.IpamV4Info.Concat(network.IpamV6Info) : [];

    public IEnumerable<EndpointRecords> Readable => Endpoints.Where(e => e.Outline is not null);

    /// <summary>Null when there is no such key.</summary>
    public EndpointRecords? Endpoint(string endpointId)
    {
        var id = Encoding.UTF8.GetBytes(endpointId);
        int low = 0, high = Endpoints.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = Endpoints[middle].Utf8Id.SequenceCompareTo(id);
            if (order == 0)
                return Endpoints[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    public AuditNetwork Named => new(id, Record?.Name);

    /// <summary>For messages: <c>web (d258147bb7fa)</c>.</summary>
    public string Label => LabelOf(Record?.Name, id);

    /// <summary>The short form of an id, as docker shows it.</summary>
    public static string Short(string id) => id.Length <= 12 ? id : id[..12];

    public static string LabelOf(string? name, string id) => string.IsNullOrEmpty(name) ? Short(id) : $"{name} ({Short(id)})";
}
