using System.Net;
using System.Net.Sockets;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>A container on the shared network that stays, and sockets in it.</summary>
/// <param name="NetworkNamespace">As <see cref="LabContainer.NetworkNamespaceAsync"/> gives it.</param>
internal sealed record OverlayBox(LabContainer Container, IPAddress Address, string NetworkNamespace)
{
    public LabHost Host => Container.Host;

    public static async Task<OverlayBox> OfAsync(LabContainer container, string network, CancellationToken token) =>
        new(container, await container.AddressAsync(network, token), await container.NetworkNamespaceAsync(token));

    public Task<Socket> OpenSocketAsync(SocketType type, ProtocolType protocol) => LabContainer.OpenSocketAsync(NetworkNamespace, type, protocol);

    /// <summary>A TCP connection to another container, both ends. Made by blocking calls: a socket that has waited asynchronously once polls from then on.</summary>
    public async Task<(Socket Here, Socket There)> ConnectAsync(OverlayBox other)
    {
        using var listener = await other.OpenSocketAsync(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(other.Address, 0));
        listener.Listen(1);
        var here = await OpenSocketAsync(SocketType.Stream, ProtocolType.Tcp);
        here.NoDelay = true;
        await Task.Factory.StartNew(() => here.Connect(listener.LocalEndPoint!), TaskCreationOptions.LongRunning);
        var there = listener.Accept();
        there.NoDelay = true;
        return (here, there);
    }
}
