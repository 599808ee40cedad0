using System.Runtime.InteropServices;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>What a dumped neighbour or FDB entry of a device says, as views of the datagram: nothing is allocated for it.</summary>
internal readonly ref struct EntryFields
{
    private const int MacLength = 6;

    /// <summary>Of a neighbour its IP address, of an FDB entry its VTEP: 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> Destination { get; private init; }

    /// <summary>6 bytes.</summary>
    public ReadOnlySpan<byte> MacAddress { get; private init; }

    /// <summary>Null: the device's own.</summary>
    public uint? Vni { get; private init; }

    public bool IsPermanent { get; private init; }

    /// <summary>Has the bridge's mark, see <see cref="EntryMark"/>.</summary>
    public bool IsMarked { get; private init; }

    /// <summary>A neighbour of the device with a known MAC address, whatever its state. False for anything else.</summary>
    /// <exception cref="NetlinkException">The message is malformed.</exception>
    public static bool TryReadNeighbour(NetlinkMessage message, int linkIndex, out EntryFields fields)
    {
        fields = default;
        return IsEntryOf(message, linkIndex) && message.Body[0] is AF_INET or AF_INET6 && TryRead(message, out fields);
    }

    /// <summary>An FDB entry of the device itself that leads to a VTEP. False for anything else.</summary>
    /// <exception cref="NetlinkException">The message is malformed.</exception>
    public static bool TryReadForwarding(NetlinkMessage message, int linkIndex, out EntryFields fields)
    {
        fields = default;
        return IsEntryOf(message, linkIndex) && message.Body[0] == AF_BRIDGE && (message.Body[10] & NTF_SELF) != 0 && TryRead(message, out fields);
    }

    private static bool IsEntryOf(NetlinkMessage message, int linkIndex)
    {
        if (message.Type != RTM_NEWNEIGH)
            return false;
        message.After(NeighbourHeaderLength); // or else it is malformed
        return MemoryMarshal.Read<int>(message.Body[4..]) == linkIndex;
    }

    private static bool TryRead(NetlinkMessage message, out EntryFields fields)
    {
        var attributes = message.After(NeighbourHeaderLength);
        ReadOnlySpan<byte> destination = [];
        ReadOnlySpan<byte> mac = [];
        uint? vni = null;
        while (NetlinkAttribute.TryTake(ref attributes, out var attribute))
            if (attribute.Type == NDA_DST)
                destination = attribute.Value.Length is 4 or 16
                    ? attribute.Value
                    : throw new NetlinkException($"an address of {attribute.Value.Length} bytes in a neighbour entry");
            else if (attribute.Type == NDA_LLADDR)
                mac = attribute.Value;
            else if (attribute.Type == NDA_VNI)
                vni = attribute.Number();
        fields = new EntryFields
        {
            Destination = destination,
            MacAddress = mac,
            Vni = vni,
            IsPermanent = (MemoryMarshal.Read<ushort>(message.Body[8..]) & NUD_PERMANENT) != 0,
            IsMarked = (message.Body[10] & NTF_EXT_LEARNED) != 0,
        };
        return !destination.IsEmpty && mac.Length == MacLength; // tunnels have link-layer addresses of another length
    }
}
