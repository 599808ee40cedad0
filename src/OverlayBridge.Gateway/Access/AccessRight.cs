using System.Text.Json.Serialization;

namespace OverlayBridge.Gateway.Access;

/// <summary>What may be done; each right includes those before it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessRight>))]
public enum AccessRight
{
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("read")]
    Read,

    [JsonStringEnumMemberName("write")]
    Write,
}
