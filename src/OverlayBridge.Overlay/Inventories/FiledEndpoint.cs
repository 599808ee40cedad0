using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>An endpoint key with what its record says.</summary>
/// <param name="idLength">Of the endpoint's id, the last step of the key.</param>
/// <param name="outline">Null when the value cannot be decoded.</param>
internal sealed class FiledEndpoint(string networkId, int idLength, KeyValueEntry entry, EndpointOutline? outline)
{
    public string NetworkId => networkId;

    public KeyValueEntry Entry => entry;

    public EndpointOutline? Outline => outline;

    /// <summary>The endpoint's id: the last step of the key. Made when asked for, for of most endpoints nobody asks.</summary>
    public string Id => field ??= IdSpan.ToString();

    /// <summary>The same without a string of its own.</summary>
    public ReadOnlySpan<char> IdSpan => entry.Key.AsSpan(entry.Key.Length - idLength - (entry.Key.EndsWith('/') ? 1 : 0), idLength);

    /// <summary>The whole record, decoded anew each time; null when it cannot be.</summary>
    public EndpointRecord? Read() => outline is null ? null : RecordFormats.Endpoint.Decode(entry);
}
