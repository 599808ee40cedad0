using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>The VXLAN devices of one namespace.</summary>
public interface IVxlanDevices
{
    /// <exception cref="NetlinkException">The kernel does not tell.</exception>
    Task<ImmutableArray<VxlanLink>> ListAsync();

    /// <summary>Deletes a device; one that is not there is no failure.</summary>
    /// <exception cref="NetlinkException">The kernel refuses.</exception>
    Task DeleteAsync(VxlanLink device);
}

/// <summary>Those in the host's own namespace, where engines make them before they move them into a network's.</summary>
public sealed class VxlanDevices(HostNetwork network) : IVxlanDevices
{
    /// <inheritdoc/>
    public Task<ImmutableArray<VxlanLink>> ListAsync() => network.RunAsync(static () =>
    {
        using var socket = new RouteSocket();
        return socket.Dump(Rtnetlink.RTM_GETLINK, family: 0, MessageReader.Link).ToImmutableArray();
    });

    /// <inheritdoc/>
    public Task DeleteAsync(VxlanLink device) => network.RunAsync(() =>
    {
        using var socket = new RouteSocket();
        socket.DeleteLink(device.Index);
        return true;
    });
}
