using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Records.Nodes;
using OverlayBridge.Legacy.Records.Pools;

namespace OverlayBridge.Legacy.Records;

/// <summary>The formats of all records of the legacy layout (spec: legacy overlay KV layout, §2 and §3).</summary>
public static class RecordFormats
{
    /// <summary>N.</summary>
    public static RecordFormat<NetworkRecord> Network { get; } = new(NetworkFormat.Decode, NetworkFormat.Encode);

    /// <summary>C.</summary>
    public static RecordFormat<EndpointCountRecord> EndpointCount { get; } = new(EndpointCountFormat.Decode, EndpointCountFormat.Encode);

    /// <summary>E.</summary>
    public static RecordFormat<EndpointRecord> Endpoint { get; } =
        new(EndpointFormat.Decode, EndpointFormat.Encode, EndpointReader.TryRead);

    /// <summary>O.</summary>
    public static RecordFormat<OverlayNetworkRecord> OverlayNetwork { get; } = new(OverlayNetworkFormat.Decode, OverlayNetworkFormat.Encode);

    /// <summary>P.</summary>
    public static RecordFormat<PoolConfigurationRecord> PoolConfiguration { get; } =
        new(PoolConfigurationFormat.Decode, PoolConfigurationFormat.Encode);

    /// <summary>B and V.</summary>
    public static RecordFormat<BitmapRecord> Bitmap { get; } = new(BitmapFormat.Decode, BitmapFormat.Encode);

    /// <summary>D.</summary>
    public static RecordFormat<NodeRecord> Node { get; } = new(NodeFormat.Decode, NodeFormat.Encode);
}
