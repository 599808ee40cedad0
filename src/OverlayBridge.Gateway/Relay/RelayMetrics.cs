using System.Diagnostics.Metrics;

namespace OverlayBridge.Gateway.Relay;

/// <summary>What a relay counts: the meter <c>OverlayBridge.Relay</c>.</summary>
public sealed class RelayMetrics : IDisposable
{
    public const string MeterName = "OverlayBridge.Relay";

    private readonly Meter _meter = new(MeterName);

    public RelayMetrics()
    {
        Connections = _meter.CreateUpDownCounter<int>("overlaybridge.relay.connections", "{connection}", "Connections of clients");
        OldConnections = _meter.CreateUpDownCounter<int>("overlaybridge.relay.old_store.connections", "{connection}", "Connections to the old store");
        Passed = _meter.CreateCounter<long>("overlaybridge.relay.requests.passed", "{request}", "Requests that were passed on to the old store");
        Held = _meter.CreateCounter<long>("overlaybridge.relay.requests.held", "{request}", "Requests that had to wait");
        Parked = _meter.CreateCounter<long>("overlaybridge.relay.requests.parked", "{request}", "Reads that came back from the old store without an answer when a hold began");
        Refused = _meter.CreateCounter<long>("overlaybridge.relay.requests.refused", "{request}", "Requests that were answered with an error of the relay's own");
        HandedOver = _meter.CreateCounter<long>("overlaybridge.relay.connections.handed_over", "{connection}", "Connections that this cluster's store answers now");
    }

    internal UpDownCounter<int> Connections { get; }

    internal UpDownCounter<int> OldConnections { get; }

    internal Counter<long> Passed { get; }

    internal Counter<long> Held { get; }

    internal Counter<long> Parked { get; }

    internal Counter<long> Refused { get; }

    internal Counter<long> HandedOver { get; }

    public void Dispose() => _meter.Dispose();
}
