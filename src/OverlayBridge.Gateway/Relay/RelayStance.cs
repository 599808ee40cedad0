namespace OverlayBridge.Gateway.Relay;

/// <summary>Who answers the requests that reach a relay.</summary>
public enum RelayStance
{
    /// <summary>The old store: everything is passed on to it.</summary>
    Passing,

    /// <summary>Nobody for the moment: requests wait, writes that were passed on before come to their end.</summary>
    Holding,

    /// <summary>This cluster's store.</summary>
    Serving,
}
