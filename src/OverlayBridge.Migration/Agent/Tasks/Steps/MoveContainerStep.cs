using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// One container of this host is made anew on a host of the swarm, at its address and with everything that it was made with; the old one stays here, stopped. Its undo
/// starts the old one again.
/// </summary>
internal sealed class MoveContainerStep(AgentTools tools) : IStep
{
    private const string SameVersion = "See that the control nodes and this agent are of the same version.";
    private static readonly TimeSpan VerifyPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        var goal = GoalOf(run);
        run.Checking($"Looking at {goal.Name} here and on {goal.Target}");
        var edge = new MoveEdge(tools, goal, run.Passing);
        await edge.ReadNotesAsync(token);
        if (run.Undo && edge.Notes is null)
            return;
        var now = await ChangeLoop.LookAsync(edge, run, token);
        if (run.Undo && now.Here is null)
            throw new StepException(
                $"The old container {goal.Name} was removed from this host, so that it cannot be started again.", $"Leave the step out (migrate skip): the one on {goal.Target} stays, and runs.");
        if (edge.Notes is null)
            await CheckAsync(edge, now, goal, run.DryRun, token);
        var before = edge.Notes?.Container;
        var remedy = $"Look at the log of {goal.Name} and of the engines on {goal.Host} and {goal.Target}, then repeat the step, or go back.";
        if (run.DryRun)
        {
            var dry = new DryMoveEdge(now, edge.Notes, () => edge.NotesOf(now));
            await ChangeLoop.RunAsync(dry, situation => Decide(situation, dry.Notes), remedy, run, token);
            return;
        }
        await ChangeLoop.RunAsync(edge, situation => Decide(situation, edge.Notes), remedy, run, token);
        await VerifyAsync(run, edge, goal, edge.Notes?.Container ?? before!, token);

        ContainerMove? Decide(MoveSituation situation, MovedContainer? notes) =>
            run.Undo ? MoveDecision.Backward(situation, notes, goal) : MoveDecision.Forward(situation, notes, goal);
    }

    private MoveGoal GoalOf(StepRun run)
    {
        var host = run.Content.Host ?? throw new StepException("The task names no host of the plan.", SameVersion);
        var container = host.Containers.FirstOrDefault(one => one.Name == run.Content.Step.Container) ?? throw new StepException("The task names no container of its host.", SameVersion);
        return new MoveGoal(
            tools.Options.HostName, container.Id, container.Name, container.MoveTo ?? throw new StepException($"The task does not say where {container.Name} is to go.", SameVersion), run.Content.Networks,
            container.LeaveBehind.IsDefault ? [] : container.LeaveBehind);
    }

    private async Task CheckAsync(MoveEdge edge, MoveSituation now, MoveGoal goal, bool isDryRun, CancellationToken token)
    {
        if (now.Here is not { } here || edge.Paper is not { } paper)
            throw new StepException($"This host has no container {goal.Name} ({goal.ContainerId[..12]}) any more.", "Refresh the plan: overlaybridge plan refresh");
        var view = await tools.Records.HostsViewAsync(token);
        var target = view.Hosts.FirstOrDefault(host => host.Name == goal.Target);
        var obstacles = MoveChecks.OfContainer(here, paper, await tools.Moves.ChangesAsync(goal.ContainerId, token), await tools.Control.DetailsAsync(token), goal)
            .AddRange(MoveChecks.OfTarget(here, goal, target, await tools.ExposuresAsync(token), view.Attachments, isDryRun))
            .AddRange(MoveChecks.OfPlace(paper, goal, now.There));
        if (!obstacles.IsEmpty)
            throw new StepException(
                string.Join(" ", obstacles.Select(static obstacle => obstacle.What)), string.Join(" ", obstacles.Select(static obstacle => obstacle.Remedy).Distinct()));
        edge.TargetVtep = target!.Vtep;
    }

    /// <summary>What just started takes a moment to show its address.</summary>
    private async Task VerifyAsync(StepRun run, MoveEdge edge, MoveGoal goal, ConvertedContainer before, CancellationToken token)
    {
        if (!before.WasRunning)
            return;
        run.Verifying("Comparing state, address and MAC address with what was before");
        var begun = tools.Time.GetTimestamp();
        while (true)
        {
            var differences = run.Undo
                ? Differences((await tools.Control.DetailAsync(goal.ContainerId, token)) is { IsRunning: true } here ? MoveEndpoints.Of(here, before.Endpoints.Select(static one => one.Network)) : null, before)
                : Differences(await edge.LookThereAsync(token) is { State: "running" } there ? there.Endpoints : null, before);
            if (differences.IsEmpty)
                return;
            if (tools.Time.GetElapsedTime(begun) > VerifyPatience)
                throw new StepException(
                    $"The container is not as it was before: {string.Join("; ", differences)}.",
                    $"Look at its log on {(run.Undo ? goal.Host : goal.Target)} (docker logs {goal.Name}); mend it and repeat the step, or go back.");
            await Task.Delay(Pause, tools.Time, token);
        }
    }

    private static System.Collections.Immutable.ImmutableArray<string> Differences(System.Collections.Immutable.ImmutableArray<MoveEndpoint>? now, ConvertedContainer before) =>
        now is { } there ? MoveDecision.Differences(there, before) : [$"{before.Name} does not run"];
}
