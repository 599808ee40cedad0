using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>What is known of a network's own record N.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NetworkState>))]
public enum NetworkState
{
    /// <summary>N is there and readable.</summary>
    [JsonStringEnumMemberName("readable")]
    Readable,

    /// <summary>N is there and cannot be decoded; see the faults.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,

    /// <summary>There is no N, only other records of the network.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,
}
