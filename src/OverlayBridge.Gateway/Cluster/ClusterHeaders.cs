namespace OverlayBridge.Gateway.Cluster;

/// <summary>Headers of our own, between the nodes.</summary>
internal static class ClusterHeaders
{
    /// <summary>Of a request that a follower passed on: the follower's node name. Such a request is never passed on again.</summary>
    public const string PassedOnBy = "X-OverlayBridge-Passed-On-By";

    /// <summary>Of a request that a follower passed on: IP address of the client that sent it.</summary>
    public const string Client = "X-OverlayBridge-Client";

    /// <summary>Of a request that a follower passed on: the nodes' secret, beside the client's own token.</summary>
    public const string NodeToken = "X-OverlayBridge-Node-Token";

    /// <summary>Of an error: what became of the write.</summary>
    public const string Outcome = "X-OverlayBridge-Outcome";

    /// <summary>Nothing was done, as the node does not lead: the leader may be asked.</summary>
    public const string None = "none";

    /// <summary>Nothing was done, and asking again is of no use.</summary>
    public const string Refused = "refused";

    /// <summary>It may have been carried out, or may still be.</summary>
    public const string Unknown = "unknown";
}
