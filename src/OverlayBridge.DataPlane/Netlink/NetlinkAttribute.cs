using System.Runtime.InteropServices;
using System.Text;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>One type-length-value of a netlink message.</summary>
internal readonly ref struct NetlinkAttribute(ushort type, ReadOnlySpan<byte> value)
{
    private const int PrefixLength = 4;

    public ushort Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>Takes the first attribute off <paramref name="rest"/>; false when nothing is left.</summary>
    /// <exception cref="NetlinkException">What is left is no whole attribute.</exception>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out NetlinkAttribute attribute)
    {
        attribute = default;
        if (rest.IsEmpty)
            return false;
        if (rest.Length < PrefixLength)
            throw new NetlinkException($"a netlink attribute is cut off after {rest.Length} bytes");
        int length = MemoryMarshal.Read<ushort>(rest);
        if (length < PrefixLength || length > rest.Length)
            throw new NetlinkException($"a netlink attribute says a length of {length} where {PrefixLength} to {rest.Length} are possible");
        attribute = new NetlinkAttribute((ushort)(MemoryMarshal.Read<ushort>(rest[2..]) & NLA_TYPE_MASK), rest[PrefixLength..length]);
        rest = rest[Math.Min(Align(length), rest.Length)..];
        return true;
    }

    /// <exception cref="NetlinkException">Not four bytes.</exception>
    public uint Number() =>
        Value.Length == 4
            ? MemoryMarshal.Read<uint>(Value)
            : throw new NetlinkException($"netlink attribute {Type} has {Value.Length} bytes where 4 are due");

    /// <summary>Up to the terminating zero.</summary>
    public string Text()
    {
        var end = Value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
    }
}
