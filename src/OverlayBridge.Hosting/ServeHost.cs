using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>The generic host with the roles of a process, until a signal comes.</summary>
public static class ServeHost
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
        return await ServeAsync(host, context, roles, stop).ConfigureAwait(false);
    }

    /// <summary>Runs until the process is told to stop, or a role cannot go on.</summary>
    private static async Task<int> ServeAsync(IHost host, ServeContext context, IReadOnlyList<IServeRole> roles, CancellationToken stop)
    {
        try
        {
            await host.StartAsync(stop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // What has started already is to end as at any other stop, not as a failure of its own.
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            if (roles.Select(role => role.WhyNotStarted(context, e)).OfType<OperatorException>().FirstOrDefault() is { } known)
                throw known;
            throw;
        }
        foreach (var role in roles)
            role.TellStarted(context);
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
}
