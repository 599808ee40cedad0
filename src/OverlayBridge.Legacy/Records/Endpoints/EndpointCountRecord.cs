namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>C: how many endpoints a network has (spec §2.2).</summary>
public sealed record EndpointCountRecord(ulong Count);
