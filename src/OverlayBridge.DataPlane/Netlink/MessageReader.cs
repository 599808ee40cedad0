using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Dumped messages to entries. What is not of the kind asked for gives null; what is malformed a <see cref="NetlinkException"/>.</summary>
internal static class MessageReader
{
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

    public static KernelNeighbour Neighbour(EntryFields fields) => new(new IPAddress(fields.Destination), Mac(fields), fields.IsPermanent, fields.IsMarked);

    public static KernelForwarding Forwarding(EntryFields fields) => new(Mac(fields), new IPAddress(fields.Destination), fields.Vni, fields.IsPermanent, fields.IsMarked);

    private static PhysicalAddress Mac(EntryFields fields) => new(fields.MacAddress.ToArray());
}
