using System.Net;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Serve.Relay;

/// <summary>Where a relay stands.</summary>
/// <param name="Name">Of its control node.</param>
/// <param name="Listen">Where it takes the engines' requests.</param>
/// <param name="Source">STATE of the old store, without secrets.</param>
internal sealed record RelayPlace(string Name, IPEndPoint Listen, string Source)
{
    public string RecordKey => BridgeKeys.Relay(Name);

    public string ReportKey => BridgeKeys.RelayTakeover(Name);
}
