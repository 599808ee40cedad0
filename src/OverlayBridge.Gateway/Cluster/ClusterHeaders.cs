namespace OverlayBridge.Gateway.Cluster;

/// <summary>Headers of our own, between the nodes.</summary>
internal static class ClusterHeaders
{
    /// <summary>Of a request that a follower passed on: the follower's node name. Such a request is never passed on again.</summary>
    public const string PassedOnBy = "X-OverlayBridge-Passed-On-By";

    /// <summary>Of an error: what became of the write.</summary>
    public const string Outcome = "X-OverlayBridge-Outcome";

    /// <summary>Nothing was done, as the node does not lead: the leader may be asked.</summary>
    public const string None = "none";

    /// <summary>Nothing was done, and asking again is of no use.</summary>
    public const string Refused = "refused";

    /// <summary>It may have been carried out, or may still be.</summary>
    public const string Unknown = "unknown";
}
