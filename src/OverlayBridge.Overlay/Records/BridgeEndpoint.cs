namespace OverlayBridge.Overlay.Records;

/// <summary>
/// How the bridge marks the endpoints that it writes into the legacy store for containers of the swarm side: in the locator, which engines write and never
/// read. So nobody takes them for those of a host that is lost.
/// </summary>
public static class BridgeEndpoint
{
    private const string Mark = "overlaybridge/";

    /// <param name="host">Where the container is: the host's VTEP or name.</param>
    public static string LocatorFor(string host) => Mark + host;

    /// <summary>Whether an endpoint with this locator is the bridge's.</summary>
    public static bool IsMarked(string locator) => locator.StartsWith(Mark, StringComparison.Ordinal);
}
