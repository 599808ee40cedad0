namespace OverlayBridge.Legacy.Keys;

/// <summary>How a store spells a key of libnetwork (the store library normalises each in its own way).</summary>
public enum StoreKeyForm
{
    /// <summary>No leading slash, a trailing one on all of libnetwork's own keys: <c>docker/network/v1.0/network/ID/</c>.</summary>
    Consul,

    /// <summary>The path under <c>/v2/keys</c>: a leading slash, no trailing one: <c>/docker/network/v1.0/network/ID</c>.</summary>
    Etcd,

    /// <summary>A znode path, spelled as etcd's.</summary>
    ZooKeeper,
}
