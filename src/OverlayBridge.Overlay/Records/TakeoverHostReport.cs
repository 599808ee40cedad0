using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// What a host has in force for a takeover: <c>overlaybridge/v1/hosts/HOST/takeover</c>, written by its agent alone, and only after the
/// kernel has it. A relay reports in the same form under <c>overlaybridge/v1/relays/NAME/takeover</c>.
/// </summary>
/// <param name="TakeoverId">The takeover that this is about.</param>
/// <param name="Since">When <paramref name="State"/> was reached, by the host's clock.</param>
/// <param name="Backend">What the rules are made with: <c>nftables</c> or <c>iptables</c>; <c>relay</c> for a relay.</param>
/// <param name="Connections">Established connections to the source that were seen last.</param>
/// <param name="Cause">Why it failed, or what a person should know; empty when there is nothing to say.</param>
public sealed record TakeoverHostReport(
    string TakeoverId,
    TakeoverHostState State,
    DateTimeOffset Since,
    string Backend,
    int Connections,
    string Cause) : IBridgeRecord<TakeoverHostReport>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<TakeoverHostReport> IBridgeRecord<TakeoverHostReport>.TypeInfo => RecordJson.Plain.TakeoverHostReport;
}

/// <summary>What is in force on a host.</summary>
public enum TakeoverHostState
{
    /// <summary>Nothing, but everything that will be needed was found and tried.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>No packet of this host reaches the source.</summary>
    [JsonStringEnumMemberName("holding")]
    Holding,

    /// <summary>The source's addresses lead to the gateways, no connection to the source is left, the hold is lifted.</summary>
    [JsonStringEnumMemberName("redirected")]
    Redirected,

    /// <summary>Nothing any more: all own rules are removed.</summary>
    [JsonStringEnumMemberName("released")]
    Released,

    /// <summary>What the phase asks for could not be done; the agent tries again.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
