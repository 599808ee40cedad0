namespace OverlayBridge.Legacy.Records;

/// <summary>Bounds on what is decoded; whatever lies beyond is a <see cref="RecordFormatException"/>.</summary>
public static class RecordLimits
{
    /// <summary>Bytes of one value. Consul takes 512 KiB, ZooKeeper 1 MiB, etcd v2 a few MiB a request.</summary>
    public const int ValueBytes = 4 * 1024 * 1024;

    /// <summary>Nesting of JSON objects and lists in one text. The engines write at most six.</summary>
    public const int JsonDepth = 64;
}
