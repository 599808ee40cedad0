using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Inventories;

[JsonConverter(typeof(JsonStringEnumConverter<PoolKind>))]
public enum PoolKind
{
    /// <summary>A pool with a bitmap of its own.</summary>
    [JsonStringEnumMemberName("master")]
    Master,

    /// <summary>A range of a master (<c>--ip-range</c>), whose bits are in the master's bitmap.</summary>
    [JsonStringEnumMemberName("subPool")]
    SubPool,
}
