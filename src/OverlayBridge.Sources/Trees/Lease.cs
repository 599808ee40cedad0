using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Trees;

/// <summary>
/// What keeps a node alive for as long as its owner lives, shown as the session of Consul that does the same there: a TTL of
/// an etcd key, the client session of an ephemeral znode.
/// </summary>
/// <param name="Id">In the form of Consul's session ids, the same at each read.</param>
/// <param name="Ttl">In Go's notation, e.g. <c>60s</c>; empty when the store does not tell it.</param>
internal sealed record Lease(string Id, string Name, string Ttl)
{
    private const string Delete = "delete";

    /// <summary>
    /// A TTL counts down from read to read, so it is given in whole minutes, rounded up. Each key has one of its own.
    /// </summary>
    public static Lease OfEtcdKey(string path, ulong secondsLeft)
    {
        Span<byte> id = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"etcd ttl {path}"), id);
        var minutes = secondsLeft / 60 + (secondsLeft % 60 == 0 ? 0UL : 1UL);
        return new(new Guid(id[..16], bigEndian: true).ToString(), "etcd ttl", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, minutes) * 60}s"));
    }

    public static Lease OfZooKeeperSession(long owner)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id[8..], owner);
        return new(new Guid(id, bigEndian: true).ToString(), "zookeeper session", "");
    }

    public SessionEntry ToSession(ulong index) => new(Id, Name, "", 0, Delete, Ttl, [], index, index);
}
