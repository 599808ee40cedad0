using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Diff;

/// <summary>What a change is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
public enum ChangeKind
{
    [JsonStringEnumMemberName("network")]
    Network,

    /// <summary>A pool or sub-pool; also the pool of VNIs, with the path <c>vxlan-id</c>.</summary>
    [JsonStringEnumMemberName("pool")]
    Pool,

    [JsonStringEnumMemberName("address")]
    Address,

    [JsonStringEnumMemberName("endpoint")]
    Endpoint,

    [JsonStringEnumMemberName("host")]
    Host,

    /// <summary>A key that has no meaning to us: another program's, or one that cannot be decoded.</summary>
    [JsonStringEnumMemberName("key")]
    Key,
}
