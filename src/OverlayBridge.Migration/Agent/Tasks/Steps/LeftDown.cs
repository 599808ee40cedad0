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

    /// <summary>How often nothing is to be left down, a pause apart: an engine that is killed at the last moment is seen.</summary>
    private const int GoodLooks = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="StepException">One of them cannot be started.</exception>
    public async Task StartAsync(StepRun run, CancellationToken token)
    {
        run.Verifying("Looking whether this host's containers run");
        var networks = (await tools.ExposuresAsync(token)).Select(static exposure => exposure.Name).ToHashSet();
        if (!run.DryRun)
            await StartAgainAsync(run, token);
        for (var (good, tries) = (0, 0); ;)
        {
            var left = Of(await tools.Control.DetailsAsync(token), networks);
            foreach (var container in left)
                run.Change(Words(container));
            good = left.IsEmpty ? good + 1 : 0;
            if (good == GoodLooks || run.DryRun)
                return;
            if (!left.IsEmpty && tries++ == MostTries)
                throw NotStarted(left);
            foreach (var container in left)
                await TryAsync(run, container, () => StartAsync(container, token));
            await Task.Delay(Pause, tools.Time, token);
        }
    }

    /// <summary>What an agent that was killed meanwhile had begun to start: whether it had come to the end of it nothing tells.</summary>
    private async Task StartAgainAsync(StepRun run, CancellationToken token)
    {
        foreach (var begun in (await tools.Control.DetailsAsync(token)).Where(container => container.IsRunning && run.Changes.Contains(Words(container))))
            await TryAsync(run, begun, () => SwarmStart.AgainAsync(tools.Control, begun, token));
    }

    private async Task StartAsync(ContainerDetail container, CancellationToken token)
    {
        if (container.Labels.TryGetValue(Holder.Label, out var network))
            await tools.Control.RunAsync(Holder.For(network, (await tools.Control.SetupAsync(token)).Architecture), token);
        else
            await SwarmStart.RunAsync(tools.Control, container, token);
    }

    /// <summary>What the swarm refuses stands in the container's state, which is looked at again.</summary>
    private static async Task TryAsync(StepRun run, ContainerDetail container, Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (EngineException e) when (SwarmRefusal.Is(e.Cause))
        {
            run.Acting($"{container.Name} did not start: {e.Cause}");
        }
    }

    /// <summary>Holders first: with one the network is there for whatever comes after it.</summary>
    private static ImmutableArray<ContainerDetail> Of(ImmutableArray<ContainerDetail> containers, HashSet<string> networks) =>
        [.. containers.Where(container => container.IsLeftDown && container.Attachments.Any(attachment => networks.Contains(attachment.Network))).OrderByDescending(static container => container.Labels.ContainsKey(Holder.Label))];

    private static string Words(ContainerDetail container) => $"Start {container.Name}: its engine did not bring it onto the swarm's network when it was started itself";

    private static StepException NotStarted(ImmutableArray<ContainerDetail> left) => new(
        $"{string.Join("; ", left.Select(static one => $"{one.Name} does not run: {one.StartError}"))}.",
        $"See who else has its address, and the log of the swarm's manager; docker start {left[0].Name}, and repeat the step. If it is not to run: docker update --restart no {left[0].Name}.");
}
