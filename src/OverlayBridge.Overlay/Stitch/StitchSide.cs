namespace OverlayBridge.Overlay.Stitch;

/// <summary>The two networks that are stitched into one.</summary>
public enum StitchSide
{
    /// <summary>The overlay whose peers the engines learn by gossip from the key-value store's hosts.</summary>
    Legacy,

    /// <summary>The attachable network of the swarm.</summary>
    Swarm,
}
