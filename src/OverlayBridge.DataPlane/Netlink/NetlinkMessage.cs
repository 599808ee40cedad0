using System.Runtime.InteropServices;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>One message of a received datagram; its parts are views of the datagram.</summary>
internal readonly ref struct NetlinkMessage(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> body)
{
    public ushort Type { get; } = type;

    public ushort Flags { get; } = flags;

    public uint Sequence { get; } = sequence;

    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>Takes the first message off <paramref name="rest"/>; false when nothing is left.</summary>
    /// <exception cref="NetlinkException">What is left is no whole message.</exception>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out NetlinkMessage message)
    {
        message = default;
        if (rest.IsEmpty)
            return false;
        if (rest.Length < HeaderLength)
            throw new NetlinkException($"a netlink message is cut off: {rest.Length} bytes instead of a header of {HeaderLength}");
        var length = MemoryMarshal.Read<uint>(rest);
        if (length < HeaderLength || length > rest.Length)
            throw new NetlinkException($"a netlink message says a length of {length} where {HeaderLength} to {rest.Length} are possible");
        message = new NetlinkMessage(
            MemoryMarshal.Read<ushort>(rest[4..]), MemoryMarshal.Read<ushort>(rest[6..]),
            MemoryMarshal.Read<uint>(rest[8..]), rest[HeaderLength..(int)length]);
        rest = rest[Math.Min(Align((int)length), rest.Length)..];
        return true;
    }

    /// <summary>The body from <paramref name="offset"/> on.</summary>
    /// <exception cref="NetlinkException">The body is shorter.</exception>
    public ReadOnlySpan<byte> After(int offset) =>
        Body.Length >= offset
            ? Body[offset..]
            : throw new NetlinkException($"a netlink message of type {Type} has {Body.Length} bytes where {offset} are due");

    /// <summary>The error number of an NLMSG_ERROR or NLMSG_DONE: 0 when it went well.</summary>
    public int ErrorNumber()
    {
        if (Type == NLMSG_DONE && Body.Length < 4)
            return 0;
        After(4);
        return -MemoryMarshal.Read<int>(Body);
    }

    /// <summary>What the kernel says about an error beyond its number, where it does (extended acknowledgement).</summary>
    public string? ErrorText()
    {
        if ((Flags & NLM_F_ACK_TLVS) == 0)
            return null;
        var original = After(4);
        var skip = HeaderLength;
        if ((Flags & NLM_F_CAPPED) == 0 && original.Length >= HeaderLength)
            skip = (int)Math.Min(MemoryMarshal.Read<uint>(original), int.MaxValue - 3);
        var attributes = After(4 + Math.Min(Align(skip), original.Length));
        while (NetlinkAttribute.TryTake(ref attributes, out var attribute))
            if (attribute.Type == NLMSGERR_ATTR_MSG)
                return attribute.Text();
        return null;
    }
}
