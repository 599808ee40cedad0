using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>An endpoint key of a network.</summary>
internal sealed class EndpointRecords(NetworkRecords network, string id, Filed<EndpointRecord> filed)
{
    public NetworkRecords Network => network;

    public string Id => id;

    public Filed<EndpointRecord> Filed => filed;

    public string Key => filed.Entry.Key;

    /// <summary>Null when it is unreadable.</summary>
    public EndpointRecord? Record => filed.Value;

    /// <summary>Null when there is none.</summary>
    public Cidr? Address { get; } = Parsed(filed.Value?.Interface?.Address);

    /// <summary>Null when there is none.</summary>
    public Cidr? AddressV6 { get; } = Parsed(filed.Value?.Interface?.AddressV6);

    public string Thing => Audit.Thing.Endpoint(network.Id, id);

    /// <summary>For messages: <c>shop_web_1 (2e2492e8d2de)</c>.</summary>
    public string Label => NetworkRecords.LabelOf(Record?.Name, id);

    private static Cidr? Parsed(string? text) => Cidr.TryParse(text, out var cidr) ? cidr : null;
}
