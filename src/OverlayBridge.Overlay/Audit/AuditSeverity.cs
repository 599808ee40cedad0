using System.Text.Json.Serialization;

namespace OverlayBridge.Overlay.Audit;

/// <summary>How much a finding matters: the severities 1 to 4 of the catalogue, the worst first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditSeverity>))]
public enum AuditSeverity
{
    /// <summary>An outage, or an address or VNI that is or will be given twice.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,

    /// <summary>Blocks an operation or hides something.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>Something is held that nothing uses.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Worth knowing; nothing is broken.</summary>
    [JsonStringEnumMemberName("info")]
    Info,
}
