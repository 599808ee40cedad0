using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Dumped messages to entries. What is not of the kind asked for gives null; what is malformed a <see cref="NetlinkException"/>.</summary>
internal static class MessageReader
{
    private const int MacLength = 6;

    /// <summary>A VXLAN device; null for any other.</summary>
    public static VxlanLink? Link(NetlinkMessage message)
    {
        if (message.Type != RTM_NEWLINK)
            return null;
        var attributes = message.After(LinkHeaderLength);
        var index = MemoryMarshal.Read<int>(message.Body[4..]);
        var (name, mtu, vni) = ("", 0u, (uint?)null);
        while (NetlinkAttribute.TryTake(ref attributes, out var attribute))
            switch (attribute.Type)
            {
                case IFLA_IFNAME:
                    name = attribute.Text();
                    break;
                case IFLA_MTU:
                    mtu = attribute.Number();
                    break;
                case IFLA_LINKINFO:
                    vni = VxlanId(attribute.Value);
                    break;
            }
        return vni is { } id ? new VxlanLink(index, name, id, (int)mtu) : null;
    }

    private static uint? VxlanId(ReadOnlySpan<byte> linkInfo)
    {
        var isVxlan = false;
        uint? vni = null;
        while (NetlinkAttribute.TryTake(ref linkInfo, out var attribute))
            if (attribute.Type == IFLA_INFO_KIND)
                isVxlan = attribute.Text() == "vxlan";
            else if (attribute.Type == IFLA_INFO_DATA && isVxlan)
                for (var data = attribute.Value; NetlinkAttribute.TryTake(ref data, out var item);)
                    if (item.Type == IFLA_VXLAN_ID)
                        vni = item.Number();
        return vni;
    }

    /// <summary>A neighbour of the device with a known MAC address, whatever its state.</summary>
    public static KernelNeighbour? Neighbour(NetlinkMessage message, int linkIndex)
    {
        if (message.Type != RTM_NEWNEIGH)
            return null;
        var attributes = message.After(NeighbourHeaderLength);
        if (message.Body[0] is not (AF_INET or AF_INET6) || IndexOf(message) != linkIndex)
            return null;
        IPAddress? address = null;
        PhysicalAddress? mac = null;
        while (NetlinkAttribute.TryTake(ref attributes, out var attribute))
            if (attribute.Type == NDA_DST)
                address = Address(attribute);
            else if (attribute.Type == NDA_LLADDR)
                mac = Mac(attribute);
        return address is null || mac is null ? null : new KernelNeighbour(address, mac, IsPermanent(message), IsMarked(message));
    }

    /// <summary>An FDB entry of the device itself that leads to a VTEP.</summary>
    public static KernelForwarding? Forwarding(NetlinkMessage message, int linkIndex)
    {
        if (message.Type != RTM_NEWNEIGH)
            return null;
        var attributes = message.After(NeighbourHeaderLength);
        if (message.Body[0] != AF_BRIDGE || IndexOf(message) != linkIndex || (message.Body[10] & NTF_SELF) == 0)
            return null;
        IPAddress? vtep = null;
        PhysicalAddress? mac = null;
        uint? vni = null;
        while (NetlinkAttribute.TryTake(ref attributes, out var attribute))
            if (attribute.Type == NDA_DST)
                vtep = Address(attribute);
            else if (attribute.Type == NDA_LLADDR)
                mac = Mac(attribute);
            else if (attribute.Type == NDA_VNI)
                vni = attribute.Number();
        return vtep is null || mac is null ? null : new KernelForwarding(mac, vtep, vni, IsPermanent(message), IsMarked(message));
    }

    private static int IndexOf(NetlinkMessage message) => MemoryMarshal.Read<int>(message.Body[4..]);

    private static bool IsPermanent(NetlinkMessage message) => (MemoryMarshal.Read<ushort>(message.Body[8..]) & NUD_PERMANENT) != 0;

    private static bool IsMarked(NetlinkMessage message) => (message.Body[10] & NTF_EXT_LEARNED) != 0;

    private static IPAddress Address(NetlinkAttribute attribute) =>
        attribute.Value.Length is 4 or 16
            ? new IPAddress(attribute.Value)
            : throw new NetlinkException($"an address of {attribute.Value.Length} bytes in a neighbour entry");

    /// <summary>Null for link-layer addresses of another length, as tunnels have them.</summary>
    private static PhysicalAddress? Mac(NetlinkAttribute attribute) =>
        attribute.Value.Length == MacLength ? new PhysicalAddress(attribute.Value.ToArray()) : null;
}
