namespace OverlayBridge.Store.Keys;

/// <summary>Keys of the bridge itself about which the state machine has rules of its own.</summary>
public static class ReservedKeys
{
    /// <summary>
    /// The records of tokens. They outlive the deletion of a tree around them, and a restore: without them everybody would be let in, and with
    /// those of an old snapshot the revoked.
    /// </summary>
    public static StoreKey Tokens { get; } = StoreKey.FromText("overlaybridge/v1/tokens/");

    /// <summary>Where the members are reached.</summary>
    public static StoreKey Members { get; } = StoreKey.FromText("overlaybridge/v1/members/");

    /// <summary>The takeover with what belongs to it.</summary>
    public static StoreKey Takeover { get; } = StoreKey.FromText("overlaybridge/v1/takeover");
}
