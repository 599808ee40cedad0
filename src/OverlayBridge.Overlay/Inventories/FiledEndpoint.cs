using System.Text;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>An endpoint key with what its record says.</summary>
/// <param name="id">The endpoint's, the last step of the key, in UTF-8.</param>
/// <param name="outline">Null when the value cannot be decoded.</param>
internal sealed class FiledEndpoint(string networkId, ReadOnlyMemory<byte> id, KeyValueEntry entry, EndpointOutline? outline)
{
    public string NetworkId => networkId;

    public KeyValueEntry Entry => entry;

    public EndpointOutline? Outline => outline;

    /// <summary>The endpoint's id: the last step of the key. Made when asked for, for of most endpoints nobody asks.</summary>
    public string Id => field ??= Encoding.UTF8.GetString(id.Span);

    /// <summary>The same without a string of its own; the order of these bytes is the order of ids.</summary>
    public ReadOnlySpan<byte> Utf8Id => id.Span;

    /// <summary>The whole record, decoded anew each time; null when it cannot be.</summary>
    public EndpointRecord? Read() => outline is null ? null : RecordFormats.Endpoint.Decode(entry);
}
