namespace OverlayBridge.Overlay.Fence;

/// <summary>What becomes of a bitmap when a fence is taken or released.</summary>
public enum FenceOutcome
{
    /// <summary>The record differs and is to be written, by CAS.</summary>
    Changed,

    /// <summary>All bits are already as wanted; nothing to write.</summary>
    AlreadySo,

    /// <summary>Somebody else holds addresses of the block; choose another one.</summary>
    Conflict,
}
