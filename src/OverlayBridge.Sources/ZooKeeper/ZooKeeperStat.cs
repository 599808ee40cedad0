namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>What ZooKeeper keeps beside a znode's data. A zxid numbers the changes of the whole store, in order.</summary>
/// <param name="Created">zxid at which it was made (czxid).</param>
/// <param name="Modified">zxid of the last change of its data (mzxid).</param>
/// <param name="Version">How often its data was changed: what a conditional write is made with.</param>
/// <param name="EphemeralOwner">Session that it ends with; 0 for a node that stays.</param>
/// <param name="ChildrenModified">zxid of the last child that came or went (pzxid).</param>
internal readonly record struct ZooKeeperStat(long Created, long Modified, int Version, long EphemeralOwner, int Children, long ChildrenModified)
{
    public static ZooKeeperStat Read(ref JuteReader reader)
    {
        var (created, modified) = (reader.Int64(), reader.Int64());
        reader.Int64(); // ctime
        reader.Int64(); // mtime
        var version = reader.Int32();
        reader.Int32(); // cversion
        reader.Int32(); // aversion
        var owner = reader.Int64();
        reader.Int32(); // dataLength
        return new(created, modified, version, owner, reader.Int32(), reader.Int64());
    }

    /// <summary>Container and TTL nodes use the field for marks of their own, with the highest bit set.</summary>
    public bool IsEphemeral => EphemeralOwner > 0;
}
