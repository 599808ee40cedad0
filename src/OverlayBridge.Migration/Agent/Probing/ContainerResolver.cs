using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.Names.Serving;

namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>Asks a container's own resolver, from inside its network namespace, as its programs do.</summary>
internal static class ContainerResolver
{
    /// <summary>The IPv4 addresses of a name; none where the resolver knows none.</summary>
    /// <param name="process">A process of the container, on the host.</param>
    /// <exception cref="ProbeException">The container has no resolver.</exception>
    /// <exception cref="HttpRequestException">The name is none.</exception>
    /// <exception cref="IOException">The container is gone.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<ImmutableArray<IPAddress>> ResolveAsync(int process, string host, CancellationToken token)
    {
        var text = await File.ReadAllTextAsync($"/proc/{process}/root/etc/resolv.conf", token);
        if (ResolvConf.Servers(text) is not [var server, ..])
            throw new ProbeException("the container has no name server");
        using var socket = await NamespaceSockets.OpenAsync(NamespaceOf(process), SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, NameLookup.Port, token);
        var (question, id) = NameLookup.Question(host);
        await socket.SendAsync(question, token);
        var answer = new byte[NameLookup.MaxAnswer];
        while (true)
        {
            var length = await socket.ReceiveAsync(answer, token);
            if (NameLookup.IsAnswer(answer.AsSpan(0, length), id))
                return NameLookup.Addresses(answer.AsSpan(0, length));
        }
    }

    /// <summary>The network namespace of a process.</summary>
    public static string NamespaceOf(int process) => $"/proc/{process}/ns/net";
}
