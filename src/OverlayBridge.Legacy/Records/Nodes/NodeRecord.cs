namespace OverlayBridge.Legacy.Records.Nodes;

/// <summary>D: a host in the engines' discovery. The value repeats the last segment of the key.</summary>
/// <param name="Address">As advertised: <c>ip:port</c>.</param>
public sealed record NodeRecord(string Address);
