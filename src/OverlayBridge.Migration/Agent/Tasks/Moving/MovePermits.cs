using OverlayBridge.Migration.Runs;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>
/// Finds the step of a plan by which another host may have something changed here. Read from the run's own records, which operators and control nodes write and no agent may: the task at the
/// asking host is among the keys of that host's token, and proves nothing.
/// </summary>
/// <param name="host">This one.</param>
internal sealed class MovePermits(IConsulClient store, string host)
{
    private readonly RunRecords records = new(store);
    private (string Digest, MigrationPlan Plan)? known;

    /// <param name="source">The asking host.</param>
    /// <returns>The container as the plan has it.</returns>
    /// <exception cref="StepException">There is no such step, or it is not under way.</exception>
    public async Task<PlanContainer> FindAsync(string source, MoveRequest request, CancellationToken token)
    {
        var run = MovePermit.RunOf((await records.RunAsync(token))?.Record, source, request);
        if (known?.Digest != run.Digest)
            known = (run.Digest, await records.PlanAsync(run, token));
        var (step, container) = MovePermit.StepOf(known.Value.Plan, source, host, request);
        MovePermit.Check(await records.StepAsync(run.Id, step.Id, token), run, step, source, request);
        return container;
    }
}

/// <summary>Whether what a host asks for is what a run is doing at this moment. Pure.</summary>
internal static class MovePermit
{
    /// <exception cref="StepException">No run is under way.</exception>
    public static RunRecord RunOf(RunRecord? run, string source, MoveRequest request) =>
        run is { State: RunState.Running or RunState.Paused or RunState.RollingBack }
            ? run
            : throw Refused(source, request, run is null ? "no plan was ever started here" : $"the run of plan {run.Plan} is over");

    /// <exception cref="StepException">The plan does not move this container from there to here.</exception>
    public static (PlanStep Step, PlanContainer Container) StepOf(MigrationPlan plan, string source, string target, MoveRequest request)
    {
        var container = plan.Hosts.FirstOrDefault(host => host.Name == source)?.Containers.FirstOrDefault(one => one.Id == request.ContainerId && one.Name == request.Name && one.MoveTo == target);
        var step = container is null ? null
            : PlanSteps.Of(plan).FirstOrDefault(step => step.Kind == StepKind.MoveContainer && step.Host == source && step.Container == container.Name);
        if (container is null || step is null)
            throw Refused(source, request, $"the plan {plan.Name}, which is under way, does not move that container from {source} to {target}");
        if (request.Networks.Select(static place => place.Network).FirstOrDefault(name => plan.Networks.All(network => network.Name != name)) is { } other)
            throw Refused(source, request, $"the network {other} is none of the plan {plan.Name}");
        return (step, container);
    }

    /// <param name="entry">The journal's; null where the step was never begun.</param>
    /// <exception cref="StepException">The step is not under way, or goes the other way.</exception>
    public static void Check(StepRecord? entry, RunRecord run, PlanStep step, string source, MoveRequest request)
    {
        var isBack = request.Want == MoveWant.Gone;
        if (entry is not { IsUnderWay: true } || entry.Undo != isBack)
            throw Refused(source, request, $"the run of plan {run.Plan} is not {(isBack ? "undoing" : "carrying out")} {step.Id} at this moment");
    }

    private static StepException Refused(string source, MoveRequest request, string why) => new(
        $"The agent of {source} asks to have {request.Name} {Words(request.Want)}, but {why}.",
        $"Nothing was changed. Begin, repeat or undo the step by: overlaybridge migrate. If nobody did, somebody else may have the token of the agent of {source}: revoke it (overlaybridge token revoke).");

    private static string Words(MoveWant want) => want switch
    {
        MoveWant.Made => "made here",
        MoveWant.Running => "started here",
        _ => "removed here",
    };
}
