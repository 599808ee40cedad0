using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Gateway;

/// <summary>A gateway on a real store with one node, on loopback ports of its own.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly string _folder;
    private readonly WebApplication _app;

    private TestGateway(string folder, ReplicatedStore store, WebApplication app)
    {
        (_folder, Store, _app) = (folder, store, app);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Address };
    }

    public ReplicatedStore Store { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static async Task<TestGateway> StartAsync(
        CancellationToken cancellationToken, TimeSpan? minSessionTtl = null, string nodeName = "a", string? nodeSecret = null)
    {
        var folder = Directory.CreateTempSubdirectory("overlaybridge-gateway-").FullName;
        var options = new StoreOptions { DataFolder = folder, RaftAddress = FreeAddress(), MinimumFreeBytes = 0 };
        var store = await ReplicatedStore.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => GatewayServer.Configure(kestrel, new IPEndPoint(IPAddress.Loopback, 0), NodeAccess.None));
        var settings = new GatewayOptions("1.2.3", nodeName) { MinSessionTtl = minSessionTtl ?? TimeSpan.FromSeconds(10), Nodes = new NodeAccess { Secret = nodeSecret } };
        var gateway = new ConsulGateway(store, new ClusterLink(store, settings, TimeProvider.System, NullLogger<ClusterLink>.Instance), settings, NullLogger<ConsulGateway>.Instance);
        GatewayServer.ServeDirectly(builder.Services, _ => gateway.HandleAsync);
        var app = builder.Build();
        await app.StartAsync(cancellationToken);
        return new TestGateway(folder, store, app);
    }

    /// <summary>A request whose target goes over the wire as it stands here.</summary>
    public static HttpRequestMessage Request(string method, string target, Uri address) => new(
        new HttpMethod(method),
        new Uri($"{address.Scheme}://{address.Authority}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

    public HttpRequestMessage Request(string method, string target) => Request(method, target, Address);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Store.ReleaseWaiters();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static IPEndPoint FreeAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
