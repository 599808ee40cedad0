using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OverlayBridge.Gateway;

/// <summary>Settings of the HTTP server that Consul's clients count on.</summary>
public static class GatewayServer
{
    /// <summary>Go's limit for a request line with its headers; keys stand in the request line.</summary>
    private const int MaxHeadBytes = 1024 * 1024;

    /// <summary>
    /// A request is handled by the thread that read it, and its answer sent by the thread that has it: each way to another thread costs as much
    /// as the request itself. No handler blocks.
    /// </summary>
    public static void Configure(SocketTransportOptions options)
    {
        options.UnsafePreferInlineScheduling = true;
        // A connection keeps a buffer of 4 KiB while it waits: without it each request is one more way into the kernel.
        options.WaitForDataBeforeAllocatingBuffer = false;
    }

    /// <summary>
    /// Hands requests from the server to the gateway, past the host's own pipeline, which for each looks who might trace, log or measure it: nobody does. To be called when the server is
    /// registered already.
    /// </summary>
    public static void ServeDirectly(IServiceCollection services, Func<IServiceProvider, RequestDelegate> handler)
    {
        var server = services.Last(static service => service.ServiceType == typeof(IServer));
        services.Remove(server);
        services.AddSingleton<IServer>(provider => new DirectServer((IServer)ActivatorUtilities.CreateInstance(provider, server.ImplementationType!), () => handler(provider)));
    }

    /// <param name="plain">Served without TLS, whatever <paramref name="address"/> is served with; null for none.</param>
    public static void Configure(KestrelServerOptions options, IPEndPoint address, NodeAccess access, IPEndPoint? plain = null)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestLineSize = MaxHeadBytes;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeadBytes;
        options.Limits.MaxRequestBufferSize = 2 * MaxHeadBytes;
        // Each handler has its own limit and its own words for it.
        options.Limits.MaxRequestBodySize = null;
        // Consul never closes an idle connection; a client that sends a write into a closing one cannot know its fate.
        // Not infinite: Kestrel 10 adds that to the present time, overflows, and closes at the next look.
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
        options.Listen(address, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (access.Certificates is { } certificates)
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates.ForClients(access.RequiresClientCertificates)) });
        });
        if (plain is not null)
            options.Listen(plain, static listen => listen.Protocols = HttpProtocols.Http1);
    }
}
