using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.PathProbing;

/// <summary>What an agent looks at to find out whether a network's path works on its host.</summary>
public interface IPathProbes
{
    /// <summary>Opens the VXLAN devices of a network; none when this host has no namespace of it. To be closed soon: an open one keeps the namespace alive.</summary>
    /// <exception cref="NetlinkException">There is a namespace, but it cannot be entered.</exception>
    Task<ImmutableArray<IProbeDevice>> OpenAsync(string networkId);

    /// <summary>VXLAN devices in the host's own namespace.</summary>
    /// <exception cref="NetlinkException">The kernel refuses.</exception>
    Task<ImmutableArray<VxlanLink>> HostDevicesAsync();

    /// <summary>MTU of the interface that has the address; null when none has it.</summary>
    int? MtuOf(System.Net.IPAddress address);

    /// <summary>The host's IPv4 routes but for default ones, with their interfaces.</summary>
    ImmutableArray<HostRoute> Routes();
}

/// <summary>A device that probes are sent from and heard on.</summary>
public interface IProbeDevice : IDisposable
{
    VxlanLink Link { get; }

    /// <summary>Name of the namespace's file.</summary>
    string Namespace { get; }

    /// <summary>The engine has given the namespace up: the device is to be closed.</summary>
    bool IsGone { get; }

    /// <returns>Null, or why the kernel did not take it.</returns>
    string? Send(ReadOnlySpan<byte> frame);

    /// <summary>The next probe that has come; null when there is none (yet).</summary>
    ProbeFrame? Receive();
}

/// <summary>A route of the host's main table.</summary>
public sealed record HostRoute(System.Net.IPNetwork Destination, string Device)
{
    public override string ToString() => $"{Destination} dev {Device}";
}
