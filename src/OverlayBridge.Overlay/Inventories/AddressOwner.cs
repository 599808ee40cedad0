using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>Why an address is used.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AddressOwner>))]
public enum AddressOwner
{
    /// <summary>Ordinal 0, reserved at creation.</summary>
    [JsonStringEnumMemberName("network")]
    Network,

    /// <summary>The last ordinal of an IPv4 pool, reserved at creation.</summary>
    [JsonStringEnumMemberName("broadcast")]
    Broadcast,

    [JsonStringEnumMemberName("gateway")]
    Gateway,

    /// <summary>Reserved by name (<c>--aux-address</c>).</summary>
    [JsonStringEnumMemberName("auxiliary")]
    Auxiliary,

    [JsonStringEnumMemberName("endpoint")]
    Endpoint,

    /// <summary>Fenced off for the swarm side of an exposed network.</summary>
    [JsonStringEnumMemberName("fence")]
    Fence,

    /// <summary>The bitmap has it, and nothing readable claims it.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
