namespace OverlayBridge.Sources;

/// <summary>The kinds of STATE.</summary>
public enum StateScheme
{
    /// <summary>A live Consul: <c>consul://HOST:8500</c>.</summary>
    Consul,

    /// <summary>An OverlayBridge cluster: <c>bridge://HOST:8500</c>.</summary>
    Bridge,

    /// <summary>A live etcd with the v2 API: <c>etcd://HOST:2379</c>.</summary>
    Etcd,

    /// <summary>A live ZooKeeper: <c>zk://HOST:2181</c>.</summary>
    ZooKeeper,

    /// <summary>A dump file: <c>file:PATH</c> or a bare path.</summary>
    File,
}
