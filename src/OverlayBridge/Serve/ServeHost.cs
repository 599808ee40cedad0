using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OverlayBridge.Serve.Relay;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>The generic host with the roles of a process, until a signal comes.</summary>
internal static class ServeHost
{
    /// <summary>How long requests in flight may take to end when the process stops.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs roles that serve no HTTP.</summary>
    public static Task<int> RunAsync(ServeContext context, IReadOnlyList<IServeRole> roles, CancellationToken stop) =>
        RunAsync(context, roles, Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings()), static builder => builder.Build(), stop);

    /// <summary>Runs the roles in a host that the caller makes.</summary>
    public static async Task<int> RunAsync<TBuilder>(
        ServeContext context, IReadOnlyList<IServeRole> roles, TBuilder builder, Func<TBuilder, IHost> build, CancellationToken stop)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddLogging().AddSystemd();
        builder.Services.AddSingleton(context.Loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        foreach (var role in roles)
            await role.RegisterAsync(builder.Services, context, stop).ConfigureAwait(false);
        using var host = build(builder);
        return await ServeAsync(host, context, stop).ConfigureAwait(false);
    }

    /// <summary>Runs until the process is told to stop, or a role cannot go on.</summary>
    private static async Task<int> ServeAsync(IHost host, ServeContext context, CancellationToken stop)
    {
        try
        {
            await StartAsync(host, context, stop).ConfigureAwait(false);
        }
        catch
        {
            // What has started already is to end as at any other stop, not as a failure of its own.
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        if (context.Http is not null)
            CommandOutput.Of(context.Parse).Progress($"Serving on {(context.Access.IsTls ? "https" : "http")}://{context.Http}. Ctrl-C stops.");

        if (RelayRole.Address(context.Parse) is { } relay)
            CommandOutput.Of(context.Parse).Progress($"Relaying on http://{relay}.");

        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, stopping);
        Task failure = context.Failure.WaitAsync(ending.Token);
        await failure.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await ThrowIfCrashedAsync(host).ConfigureAwait(false);
        return context.Failure.IsCompleted ? throw await context.Failure.ConfigureAwait(false) : ExitCode.Success;
    }

    /// <summary>The host stops when a background service throws, but keeps the exception to itself.</summary>
    private static async Task ThrowIfCrashedAsync(IHost host)
    {
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<BackgroundService>())
            if (service.ExecuteTask is { IsFaulted: true } crashed)
                await crashed.ConfigureAwait(false);
    }

    private static async Task StartAsync(IHost host, ServeContext context, CancellationToken stop)
    {
        try
        {
            await host.StartAsync(stop).ConfigureAwait(false);
        }
        catch (IOException e) when (context.Http is not null && e.InnerException is AddressInUseException)
        {
            var isRelay = RelayRole.Address(context.Parse) is { } relay && e.Message.Contains($"//{relay}:", StringComparison.Ordinal);
            throw new OperatorException(
                $"The {(isRelay ? "relay's" : "HTTP")} address {(isRelay ? RelayRole.Address(context.Parse) : context.Http)} is in use.",
                "Another process listens there.",
                $"Stop it, or give another address with {(isRelay ? RelayRole.ListenName : "--http")}.",
                inner: e);
        }
        catch (System.Net.Sockets.SocketException e) when (context.Http is not null)
        {
            var relay = RelayRole.Address(context.Parse);
            throw new OperatorException(
                relay is null ? $"The HTTP address {context.Http} cannot be listened on." : $"The HTTP address {context.Http} or the relay's, {relay}, cannot be listened on.",
                e.Message,
                $"Give an address of this host, and a port that this user may use, with --http{(relay is null ? "" : $" and {RelayRole.ListenName}; 0.0.0.0 listens before the old address has moved here")}.",
                inner: e);
        }
    }
}
