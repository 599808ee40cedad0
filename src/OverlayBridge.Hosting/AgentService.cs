using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>
/// Runs the agent with the process; a fault of the agent ends the process, for a service manager to start it again. An agent that ends because its host has retired ends the process that is there for it alone:
/// a control node beside it is needed until all hosts have.
/// </summary>
internal sealed partial class AgentService(IServiceProvider services, string bootId, ServeContext context) : BackgroundService
{
    private HostAgent? agent;

    /// <summary>Only when what was redirected is so again does the service count as started: an engine that is ordered after it meets no old store.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            agent = ActivatorUtilities.CreateInstance<HostAgent>(services, bootId);
            await agent.RestoreAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(e);
            return;
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await agent!.RunAsync(stoppingToken);
            if (context.Roles.Count == 1)
                services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            else
                LogEnded(services.GetRequiredService<ILogger<AgentService>>());
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Fail(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent has ended; the control node goes on until it is stopped")]
    private static partial void LogEnded(ILogger logger);

    private void Fail(Exception error) => context.Fail(error is HostNameTakenException taken ? new OperatorException(taken.Message, taken.Cause, taken.Remedy, inner: taken) : new OperatorException(
        "The agent has failed and cannot go on.",
        error.Message,
        "Start it again; entries it has programmed stay meanwhile. If it happens again, report it with the log.",
        inner: error));
}
