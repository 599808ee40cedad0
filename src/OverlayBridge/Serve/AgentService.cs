using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>Runs the agent with the process; a fault of the agent ends the process, for a service manager to start it again.</summary>
internal sealed class AgentService(IServiceProvider services, string bootId, ServeContext context) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var agent = ActivatorUtilities.CreateInstance<HostAgent>(services, bootId);
            await agent.RunAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            context.Fail(new OperatorException(
                "The agent has failed and cannot go on.",
                e.Message,
                "Start it again; entries it has programmed stay meanwhile. If it happens again, report it with the log.",
                inner: e));
        }
    }
}
