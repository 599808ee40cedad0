using System.Buffers.Binary;
using System.IO.Hashing;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>
/// Tells whether a device's tables are what they were, without keeping or making them: of all that <see cref="LinkTables"/> has of each entry, in the order
/// of the dump. The kernel's order changes only with the tables. A dump that had to be begun again gives one that equals no other.
/// </summary>
internal sealed class TablesFingerprint
{
    private const int EntryLength = 1 + 16 + 6 + 5 + 1;

    private readonly XxHash128 hash = new();

    public UInt128 Value => hash.GetCurrentHashAsUInt128();

    public void Add(EntryFields fields)
    {
        Span<byte> bytes = stackalloc byte[EntryLength];
        bytes.Clear();
        bytes[0] = (byte)fields.Destination.Length;
        fields.Destination.CopyTo(bytes[1..]);
        fields.MacAddress.CopyTo(bytes[17..]);
        if (fields.Vni is { } vni)
        {
            bytes[23] = 1;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], vni);
        }
        bytes[28] = (byte)((fields.IsPermanent ? 1 : 0) | (fields.IsMarked ? 2 : 0));
        hash.Append(bytes);
    }

    /// <summary>The FDB begins: an entry there is none among the neighbours.</summary>
    public void Divide() => hash.Append([byte.MaxValue]);
}
