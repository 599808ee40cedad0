using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>
/// Starts containers so that the swarm knows their addresses, whatever became of their last start: an engine whose request the swarm did not answer starts the container the next time without asking
/// (<see cref="SwarmRefusal.IsOfHungAttachment"/>). One that was started anew since has forgotten it.
/// </summary>
internal static class SwarmStart
{
    /// <param name="container">As it stands; one that runs is left alone.</param>
    /// <exception cref="EngineException">It does not start.</exception>
    public static async Task RunAsync(IEngineControl engine, ContainerDetail container, CancellationToken token)
    {
        if (!container.IsRunning && SwarmRefusal.IsOfHungAttachment(container.StartError))
            await ForgetRequestAsync(engine, container, token);
        await engine.StartAsync(container.Id, token);
    }

    /// <summary>Of one that may have been started without asking.</summary>
    /// <exception cref="EngineException">It does not stop, or does not start.</exception>
    public static async Task AgainAsync(IEngineControl engine, ContainerDetail container, CancellationToken token)
    {
        await engine.StopAsync(container.Id, container.StopPatience, token);
        await engine.StartAsync(container.Id, token);
    }

    private static async Task ForgetRequestAsync(IEngineControl engine, ContainerDetail container, CancellationToken token)
    {
        try
        {
            await engine.StartAsync(container.Id, token);
        }
        catch (EngineException e) when (e.IsOfMissingNetwork)
        {
            return;
        }
        await engine.StopAsync(container.Id, container.StopPatience, token);
    }
}
