using System.Net.Sockets;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>Sockets of another network namespace: made inside it, they stay there, and are used from any thread. An open one keeps the namespace alive.</summary>
public static class NamespaceSockets
{
    /// <summary>A socket for IPv4.</summary>
    /// <param name="path">The namespace's file, such as <c>/proc/PID/ns/net</c>.</param>
    /// <exception cref="Netlink.NetlinkException">The namespace is gone or cannot be entered.</exception>
    public static Task<Socket> OpenAsync(string path, SocketType type, ProtocolType protocol) =>
        NamespaceThread.RunAsync(path, () => new Socket(AddressFamily.InterNetwork, type, protocol));
}
