namespace OverlayBridge.Sources;

/// <summary>The kinds of STATE.</summary>
public enum StateScheme
{
    /// <summary>A live Consul: <c>consul://HOST:8500</c>.</summary>
    Consul,

    /// <summary>An OverlayBridge cluster: <c>bridge://HOST:8500</c>.</summary>
    Bridge,

    /// <summary>A dump file: <c>file:PATH</c> or a bare path.</summary>
    File,
}
