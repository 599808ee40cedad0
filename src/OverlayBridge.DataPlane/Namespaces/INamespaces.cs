namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>Finds the network namespaces of overlay networks on this host.</summary>
public interface INamespaces
{
    /// <summary>The overlay namespace of a network; null when this host has none, for no container of it runs here.</summary>
    /// <exception cref="Netlink.NetlinkException">There is one, but it cannot be entered.</exception>
    Task<INetworkNamespace?> OpenAsync(string networkId);
}
