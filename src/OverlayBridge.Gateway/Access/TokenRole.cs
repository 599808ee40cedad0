using System.Text.Json.Serialization;

namespace OverlayBridge.Gateway.Access;

/// <summary>Whom a token is for; what it may do follows from it when it is made.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenRole>))]
public enum TokenRole
{
    /// <summary>May do everything.</summary>
    [JsonStringEnumMemberName("operator")]
    Operator,

    /// <summary>A Docker engine: its keys and its sessions.</summary>
    [JsonStringEnumMemberName("engine")]
    Engine,

    /// <summary>An agent: reads, and writes what is its host's own.</summary>
    [JsonStringEnumMemberName("agent")]
    Agent,

    /// <summary>Reads.</summary>
    [JsonStringEnumMemberName("reader")]
    Reader,
}
