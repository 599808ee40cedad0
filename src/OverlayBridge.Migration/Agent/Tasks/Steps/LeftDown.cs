using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// Starts what this host's engine was to start by itself, and did not bring onto the swarm's network: it tries each container once, when it is started, and is refused where it was killed shortly before, for the
/// swarm still takes the address for taken (docs/decisions/025). Containers that people stopped, and those that fail for another reason, are left as they are.
/// </summary>
internal sealed class LeftDown(AgentTools tools)
{
    private const int MostTries = 6;

    /// <summary>Before they are tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="StepException">One of them cannot be started.</exception>
    public async Task StartAsync(StepRun run, CancellationToken token)
    {
        run.Verifying("Looking whether this host's containers run");
        var containers = await tools.Control.DetailsAsync(token);
        // By an agent that was killed meanwhile; whether it had come to the end of it nothing tells.
        foreach (var begun in containers.Where(one => one.IsRunning && run.Changes.Contains(Words(one))))
            await SwarmStart.AgainAsync(tools.Control, begun, token);
        for (var tries = 0; Of(containers) is { IsEmpty: false } left; containers = await tools.Control.DetailsAsync(token))
        {
            if (tries++ == MostTries)
                throw new StepException(
                    $"{string.Join("; ", left.Select(static one => $"{one.Name} does not run: {one.StartError}"))}.",
                    $"See on the swarm's manager who has its address, start it, and restart it once more so that the swarm knows of it: docker start {left[0].Name}, docker restart {left[0].Name}. Then repeat the step.");
            foreach (var container in left)
                run.Change(Words(container));
            if (run.DryRun)
                return;
            if (tries > 1)
                await Task.Delay(Pause, tools.Time, token);
            foreach (var container in left)
                await TryAsync(run, container, token);
        }
    }

    private static ImmutableArray<ContainerDetail> Of(ImmutableArray<ContainerDetail> containers) => [.. containers.Where(static container => container.IsLeftDown)];

    private static string Words(ContainerDetail container) => $"Start {container.Name}: its engine did not bring it onto the swarm's network when it was started itself";

    /// <summary>What the engine says stands in the container's state, which is looked at again.</summary>
    private async Task TryAsync(StepRun run, ContainerDetail container, CancellationToken token)
    {
        try
        {
            if (container.Labels.TryGetValue(Holder.Label, out var network))
                await tools.Control.RunAsync(Holder.For(network, (await tools.Control.SetupAsync(token)).Architecture), token);
            else
                await SwarmStart.RunAsync(tools.Control, container, token);
        }
        catch (EngineException e) when (SwarmRefusal.Is(e.Cause))
        {
            run.Acting($"{container.Name} did not start: {e.Cause}");
        }
    }
}
