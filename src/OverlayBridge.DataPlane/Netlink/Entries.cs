using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace OverlayBridge.DataPlane.Netlink;

/// <summary>A VXLAN device of a namespace.</summary>
/// <param name="Vni">The VNI it sends with unless an entry says another, and the only one it receives.</param>
public sealed record VxlanLink(int Index, string Name, uint Vni, int Mtu);

/// <summary>An address behind a VXLAN device: what the device answers ARP requests with.</summary>
/// <param name="IsMarked">Has the bridge's mark, see <see cref="EntryMark"/>.</param>
public sealed record KernelNeighbour(IPAddress Address, PhysicalAddress MacAddress, bool IsPermanent = true, bool IsMarked = false)
{
    public override string ToString() => $"neighbour {Address} at {MacAddress}";
}

/// <summary>Where a VXLAN device sends frames for a MAC address.</summary>
/// <param name="Vni">Null: the device's own.</param>
/// <param name="IsMarked">Has the bridge's mark, see <see cref="EntryMark"/>.</param>
public sealed record KernelForwarding(PhysicalAddress MacAddress, IPAddress Vtep, uint? Vni, bool IsPermanent = true, bool IsMarked = false)
{
    public override string ToString() => Vni is { } vni ? $"FDB {MacAddress} via {Vtep} vni {vni}" : $"FDB {MacAddress} via {Vtep}";
}

/// <summary>The tables of one VXLAN device as the kernel has them.</summary>
public sealed record LinkTables(ImmutableArray<KernelNeighbour> Neighbours, ImmutableArray<KernelForwarding> Forwardings)
{
    /// <summary>The same as long as the tables are, and else another one.</summary>
    public UInt128 Fingerprint { get; init; }
}

/// <summary>One change to the tables of a VXLAN device. What is set is permanent, has no mark and takes the place of what was there.</summary>
public abstract record EntryChange
{
    private EntryChange()
    {
    }

    public sealed record SetNeighbour(KernelNeighbour Entry) : EntryChange;

    /// <summary>By address alone; a neighbour that is not there is no failure.</summary>
    public sealed record RemoveNeighbour(KernelNeighbour Entry) : EntryChange;

    public sealed record SetForwarding(KernelForwarding Entry) : EntryChange;

    /// <summary>Permanent and with the mark, and only where there is none for the address: else a failure of <see cref="EntryFailure.IsTaken"/>.</summary>
    public sealed record AddNeighbour(KernelNeighbour Entry) : EntryChange;

    /// <summary>Permanent and with the mark, and only where there is none for the MAC address: else a failure of <see cref="EntryFailure.IsTaken"/>.</summary>
    public sealed record AddForwarding(KernelForwarding Entry) : EntryChange;

    /// <summary>Takes the mark off and changes nothing else, whatever the entry is by now; one that is not there is no failure.</summary>
    public sealed record UnmarkNeighbour(KernelNeighbour Entry) : EntryChange;

    /// <summary>Takes the mark off and changes nothing else, whatever the entry is by now; one that is not there is no failure.</summary>
    public sealed record UnmarkForwarding(KernelForwarding Entry) : EntryChange;

    /// <summary>Only the entry with this VTEP and VNI; one that is not there is no failure.</summary>
    public sealed record RemoveForwarding(KernelForwarding Entry) : EntryChange;
}

/// <summary>A change that the kernel refused.</summary>
/// <param name="Reason">Errno, its text and what else the kernel said.</param>
public sealed record EntryFailure(EntryChange Change, int Errno, string Reason)
{
    /// <summary>Somebody else was faster with an entry of their own.</summary>
    public bool IsTaken => Errno == Netlink.Errno.Exists && Change is EntryChange.AddNeighbour or EntryChange.AddForwarding;
}
