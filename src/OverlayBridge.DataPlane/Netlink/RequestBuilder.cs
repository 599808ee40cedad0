using System.Buffers;
using System.Runtime.InteropServices;
using static OverlayBridge.DataPlane.Netlink.Rtnetlink;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>Writes netlink requests one after the other into one buffer, in the host's byte order, as the kernel reads them.</summary>
internal sealed class RequestBuilder
{
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Clear() => buffer.ResetWrittenCount();

    /// <summary>A request for all of a kind: links, or the neighbours of an address family.</summary>
    public void Dump(ushort type, byte family, uint sequence)
    {
        var start = Begin(type, NLM_F_REQUEST | NLM_F_DUMP, sequence);
        // One shape serves all dumps: the family byte, then zeros, as long as the kind's header.
        var header = Take(type == RTM_GETLINK ? LinkHeaderLength : NeighbourHeaderLength);
        header[0] = family;
        End(start);
    }

    /// <summary>A request to delete a device, to be acknowledged.</summary>
    public void DeleteLink(int linkIndex, uint sequence)
    {
        var start = Begin(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK, sequence);
        MemoryMarshal.Write(Take(LinkHeaderLength)[4..], linkIndex);
        End(start);
    }

    /// <summary>A request to set, add, unmark or remove a permanent entry of a VXLAN device, to be acknowledged.</summary>
    public void Change(EntryChange change, int linkIndex, uint sequence)
    {
        var start = change switch
        {
            EntryChange.SetNeighbour or EntryChange.SetForwarding => Begin(RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, sequence),
            EntryChange.AddNeighbour or EntryChange.AddForwarding => Begin(RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sequence),
            // Without "replace" an entry's MAC address or VTEP stays as it is, and only its flags are set.
            EntryChange.UnmarkNeighbour or EntryChange.UnmarkForwarding => Begin(RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_ACK, sequence),
            _ => Begin(RTM_DELNEIGH, NLM_F_REQUEST | NLM_F_ACK, sequence),
        };
        switch (change)
        {
            case EntryChange.SetNeighbour(var entry):
                Neighbour(entry, linkIndex, flags: 0);
                break;
            case EntryChange.AddNeighbour(var entry):
                Neighbour(entry, linkIndex, NTF_EXT_LEARNED);
                break;
            case EntryChange.UnmarkNeighbour(var entry):
                Neighbour(entry, linkIndex, flags: 0);
                break;
            case EntryChange.RemoveNeighbour(var entry):
                Neighbour(entry, linkIndex, flags: 0, withMac: false);
                break;
            case EntryChange.SetForwarding(var entry):
                Fdb(entry, linkIndex, NTF_SELF);
                break;
            case EntryChange.AddForwarding(var entry):
                Fdb(entry, linkIndex, NTF_SELF | NTF_EXT_LEARNED);
                break;
            case EntryChange.UnmarkForwarding(var entry):
                Fdb(entry, linkIndex, NTF_SELF);
                break;
            case EntryChange.RemoveForwarding(var entry):
                Fdb(entry, linkIndex, NTF_SELF);
                break;
        }
        End(start);
    }

    private void Neighbour(KernelNeighbour entry, int linkIndex, byte flags, bool withMac = true)
    {
        var address = entry.Address.GetAddressBytes();
        NeighbourHeader(address.Length == 4 ? AF_INET : AF_INET6, linkIndex, flags);
        Attribute(NDA_DST, address);
        if (withMac)
            Attribute(NDA_LLADDR, entry.MacAddress.GetAddressBytes());
    }

    /// <summary>Destination and VNI also stand in a removal: the kernel then removes this entry or none.</summary>
    private void Fdb(KernelForwarding entry, int linkIndex, byte flags)
    {
        NeighbourHeader(AF_BRIDGE, linkIndex, flags);
        Attribute(NDA_LLADDR, entry.MacAddress.GetAddressBytes());
        Attribute(NDA_DST, entry.Vtep.GetAddressBytes());
        if (entry.Vni is { } vni)
        {
            Span<byte> value = stackalloc byte[4];
            MemoryMarshal.Write(value, vni);
            Attribute(NDA_VNI, value);
        }
    }

    private void NeighbourHeader(byte family, int linkIndex, byte flags)
    {
        var header = Take(NeighbourHeaderLength);
        header[0] = family;
        MemoryMarshal.Write(header[4..], linkIndex);
        MemoryMarshal.Write(header[8..], NUD_PERMANENT);
        header[10] = flags;
    }

    private int Begin(ushort type, int flags, uint sequence)
    {
        var start = buffer.WrittenCount;
        var header = Take(HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)flags);
        MemoryMarshal.Write(header[8..], sequence);
        return start;
    }

    private void End(int start)
    {
        var written = MemoryMarshal.AsMemory(buffer.WrittenMemory).Span;
        MemoryMarshal.Write(written[start..], (uint)(written.Length - start));
    }

    private void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var attribute = Take(Align(4 + value.Length));
        MemoryMarshal.Write(attribute, (ushort)(4 + value.Length));
        MemoryMarshal.Write(attribute[2..], type);
        value.CopyTo(attribute[4..]);
    }

    private Span<byte> Take(int length)
    {
        var span = buffer.GetSpan(length)[..length];
        span.Clear();
        buffer.Advance(length);
        return span;
    }
}
