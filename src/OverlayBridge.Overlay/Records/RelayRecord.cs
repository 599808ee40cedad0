using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>
/// A control node that stands at the source's old address and passes everything through: <c>overlaybridge/v1/relays/NAME</c>. Written by
/// the node before it passes anything on, and again every <see cref="Every"/>. It stays while the node is away: no store changes hands
/// without the word of each relay that has a record.
/// </summary>
/// <param name="Name">The node's name.</param>
/// <param name="Listen">Where it takes the engines' requests.</param>
/// <param name="Source">STATE of the store that it passes them on to, without secrets.</param>
/// <param name="At">When it was last written, by the node's clock.</param>
/// <param name="Clients">Addresses of those who had a connection to it lately, at most <see cref="MaxClients"/>.</param>
public sealed record RelayRecord(string Name, IPEndPoint Listen, string Source, DateTimeOffset At, ImmutableArray<IPAddress> Clients) : IBridgeRecord<RelayRecord>
{
    public const int MaxClients = 1000;

    /// <summary>How often it is written.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>A relay that did not write its record for so long is not heard of.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<RelayRecord> IBridgeRecord<RelayRecord>.TypeInfo => RecordJson.Plain.RelayRecord;

    /// <summary>By content, the clients included.</summary>
    public bool Equals(RelayRecord? other) =>
        other is not null && FormatVersion == other.FormatVersion && Name == other.Name && Listen.Equals(other.Listen) && Source == other.Source &&
        At == other.At && Clients.SequenceEqual(other.Clients);

    public override int GetHashCode() => HashCode.Combine(Name, Listen, Source, At);
}
