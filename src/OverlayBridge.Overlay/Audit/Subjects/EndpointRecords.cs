using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>An endpoint key of a network.</summary>
internal sealed class EndpointRecords(NetworkRecords network, FiledEndpoint filed)
{
    public NetworkRecords Network => network;

    public string Id => filed.Id;

    public ReadOnlySpan<byte> Utf8Id => filed.Utf8Id;

    public KeyValueEntry Entry => filed.Entry;

    public string Key => filed.Entry.Key;

    /// <summary>What rules ask of every endpoint; null when the record is unreadable.</summary>
    public EndpointOutline? Outline => filed.Outline;

    /// <summary>The whole record, decoded anew each time it is asked for; null when it is unreadable.</summary>
    public EndpointRecord? Record => filed.Read();

    /// <summary>Null when there is none.</summary>
    public Cidr? Address => filed.Outline?.Address;

    /// <summary>Null when there is none.</summary>
    public Cidr? AddressV6 => filed.Outline?.AddressV6;

    /// <summary>The host that the record names; empty for none.</summary>
    public string Locator => filed.Outline?.Locator ?? "";

    public string Thing => Audit.Thing.Endpoint(network.Id, Id);

    /// <summary>For messages: <c>shop_web_1 (2e2492e8d2de)</c>.</summary>
    public string Label => NetworkRecords.LabelOf(filed.Outline?.Name, Id);
}
