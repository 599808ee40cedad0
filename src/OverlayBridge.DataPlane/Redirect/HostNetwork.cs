using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>The network of a host: that of this process, or another's when this process runs in a network namespace of its own.</summary>
/// <param name="namespacePath">Null: this process's own; else a namespace's file, such as <c>/proc/1/ns/net</c>.</param>
public sealed class HostNetwork(string? namespacePath = null)
{
    /// <summary>Does work that belongs to one thread in this network.</summary>
    /// <exception cref="NetlinkException">It cannot be entered.</exception>
    internal Task<T> RunAsync<T>(Func<T> work) => namespacePath is null ? Task.Run(work) : NamespaceThread.RunAsync(namespacePath, work);

    /// <summary>A program's name and arguments such that it works in this network.</summary>
    internal (string Program, IEnumerable<string> Arguments) Inside(string program, IEnumerable<string> arguments) =>
        namespacePath is null ? (program, arguments) : ("nsenter", [$"--net={namespacePath}", "--", program, .. arguments]);

    /// <summary>The device through which packets to an address leave; null when there is no route, or it is the loopback device.</summary>
    internal Task<string?> DeviceToAsync(IPEndPoint end) => RunAsync(() =>
    {
        using var probe = new Socket(end.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Connect(end); // sends nothing: the kernel looks up the route and picks the address to send from
        }
        catch (SocketException)
        {
            return null;
        }
        var own = ((IPEndPoint)probe.LocalEndPoint!).Address;
        return own.Equals(end.Address)
            ? null
            : NetworkInterface.GetAllNetworkInterfaces()
                .Where(device => device.GetIPProperties().UnicastAddresses.Any(a => a.Address.Equals(own)))
                .FirstOrDefault(static device => device.NetworkInterfaceType != NetworkInterfaceType.Loopback)?.Name;
    });

    /// <summary>Whether a device routes packets of 127.0.0.0/8; the setting of all devices included.</summary>
    internal Task<bool> RoutesLocalnetAsync(string device) => RunAsync(() => Localnet("all") || Localnet(device));

    /// <summary>Of a device that is gone: nothing.</summary>
    internal Task SetLocalnetAsync(string device, bool on) => RunAsync(() =>
    {
        var path = LocalnetPath(device);
        if (File.Exists(path))
            File.WriteAllText(path, on ? "1" : "0");
        return true;
    });

    private static bool Localnet(string device)
    {
        var path = LocalnetPath(device);
        return File.Exists(path) && File.ReadAllText(path).Trim() != "0";
    }

    private static string LocalnetPath(string device) =>
        StoreRule.IsDevice(device)
            ? $"/proc/sys/net/ipv4/conf/{device}/route_localnet"
            : throw new ArgumentException($"'{device}' is no name of a device", nameof(device));
}
