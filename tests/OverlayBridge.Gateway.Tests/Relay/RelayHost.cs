using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace OverlayBridge.Gateway.Relay;

/// <summary>A relay before a fake store, in a real server; what answers after the change of hands is a handler of the test.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RelayMetrics _metrics = new();

    private RelayHost(RelayOptions options, RequestDelegate serve)
    {
        Gate = new RelayGate(options, _metrics, TimeProvider.System);
        Relay = new StoreRelay(options, Gate, _metrics, TimeProvider.System, NullLogger<StoreRelay>.Instance);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Relay.Listen(kestrel, new IPEndPoint(IPAddress.Loopback, 0)));
        _app = builder.Build();
        _app.Run(serve);
    }

    public RelayGate Gate { get; }

    public StoreRelay Relay { get; }

    public IPEndPoint Address { get; private set; } = null!;

    /// <param name="stance">Null: as it is made.</param>
    public static async Task<RelayHost> StartAsync(
        FakeStore store, RelayStance? stance = RelayStance.Passing, Func<RelayOptions, RelayOptions>? with = null, RequestDelegate? serve = null)
    {
        var options = new RelayOptions([store.Address]) { Grace = TimeSpan.FromMilliseconds(300) };
        var host = new RelayHost(with?.Invoke(options) ?? options, serve ?? ServeAsync);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        host.Address = IPEndPoint.Parse(new Uri(host._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Authority);
        if (stance is { } known)
            host.Gate.Turn(known);
        return host;
    }

    public Task<FakeConnection> ConnectAsync() => FakeConnection.ConnectAsync(Address);

    /// <summary>Waits until a condition holds; only a hang exceeds the limit.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = FakeConnection.Limit();
        while (!condition())
            await Task.Delay(10, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        Gate.Dispose();
        _metrics.Dispose();
    }

    /// <summary>Says what it was asked.</summary>
    private static async Task ServeAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync($"new store: {context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget} {await body.ReadToEndAsync()}");
    }
}
