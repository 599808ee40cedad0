namespace OverlayBridge.Lab;

/// <summary>What the legacy engines keep their networks in.</summary>
public enum LabStore
{
    Consul,
    Etcd,
    ZooKeeper,
}
