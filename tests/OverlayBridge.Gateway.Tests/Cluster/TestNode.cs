using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Gateway.Tests.Cluster;

/// <summary>A node of a cluster in this process: a real store and a real server, on loopback ports that stay its own over restarts.</summary>
internal sealed class TestNode(string name, string folder, IPEndPoint raft, IPEndPoint http) : IAsyncDisposable
{
    /// <summary>Nodes of one process on loopback hear of each other quickly: a test is not to wait for what production needs.</summary>
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromMilliseconds(300);

    private Running? _running;

    public string Name => name;

    public string Folder => folder;

    public IPEndPoint Raft => raft;

    public IPEndPoint Http => http;

    /// <summary>Settings of the store that a test may change before the node starts.</summary>
    public Func<StoreOptions, StoreOptions> Adjust { get; set; } = static options => options;

    /// <summary>How the nodes know each other; a test may change it before the node starts.</summary>
    public NodeAccess Access { get; set; } = NodeAccess.None;

    /// <summary>What the gateway has said, over restarts of the node.</summary>
    public TestLog<ConsulGateway> Log { get; } = new();

    public bool IsRunning => _running is not null;

    public ReplicatedStore Store => Current.Store;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = new Uri($"http://{http}"),
        Timeout = TimeSpan.FromSeconds(60),
    };

    private Running Current => _running ?? throw new InvalidOperationException($"{name} does not run.");

    public async Task StartAsync(ImmutableArray<IPEndPoint> members, CancellationToken cancellationToken)
    {
        var options = new StoreOptions { DataFolder = folder, RaftAddress = raft, FirstMembers = members, MinimumFreeBytes = 0, ElectionTimeout = ElectionTimeout };
        var store = await ReplicatedStore.OpenAsync(Adjust(options), TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var settings = new GatewayOptions("1.2.3", name) { HttpAddress = http, Nodes = Access };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => GatewayServer.Configure(kestrel, http, Access));
        var link = new ClusterLink(store, settings, TimeProvider.System, NullLogger<ClusterLink>.Instance);
        var gateway = new ConsulGateway(store, link, settings, Log);
        GatewayServer.ServeDirectly(builder.Services, _ => gateway.HandleAsync);
        var app = builder.Build();
        await app.StartAsync(cancellationToken);
        var registration = new MemberRegistration(store, link, settings, NullLogger<MemberRegistration>.Instance);
        await registration.StartAsync(cancellationToken);
        _running = new Running(store, app, registration);
    }

    /// <summary>Stops as a service does at SIGTERM: those who wait are answered first.</summary>
    public async Task StopAsync()
    {
        if (_running is not { } running)
            return;
        _running = null;
        running.Store.ReleaseWaiters();
        await running.Registration.StopAsync(CancellationToken.None);
        running.Registration.Dispose();
        await running.App.StopAsync();
        await running.App.DisposeAsync();
        await running.Store.DisposeAsync();
    }

    /// <summary>Takes the node away at once: Raft first, so that no request in flight can be answered any more.</summary>
    public async Task CutAsync()
    {
        if (_running is not { } running)
            return;
        _running = null;
        await running.Registration.StopAsync(CancellationToken.None);
        running.Registration.Dispose();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await running.App.StopAsync(now.Token);
        await running.App.DisposeAsync();
        await running.Store.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StopAsync();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private sealed record Running(ReplicatedStore Store, WebApplication App, MemberRegistration Registration);
}
