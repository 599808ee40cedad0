using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>As <c>network expose</c> and <c>network unexpose</c>, by the agent beside the manager.</summary>
internal sealed class ExposeNetworkStep(AgentTools tools) : IStep
{
    /// <summary>How long the agents may take to program their hosts, or to take their entries away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        var network = NetworkOf(run.Content);
        run.Checking($"Looking at {network.Name} on both sides");
        var legacy = await tools.LegacyAsync(token);
        if (run.Undo)
            await UnexposeAsync(run, network, legacy, token);
        else
            await ExposeAsync(run, network, legacy, token);
    }

    /// <summary>The plan's network that the step is about.</summary>
    public static PlanNetwork NetworkOf(StepContent content) =>
        content.Networks.FirstOrDefault(network => network.Name == content.Step.Network) ?? throw new StepException(
            $"The task names no network of the plan: '{content.Step.Network}'.", "See that the control nodes and this agent are of the same version.");

    private async Task ExposeAsync(StepRun run, PlanNetwork network, IStateSource legacy, CancellationToken token)
    {
        var exposer = new Exposer(tools.Store, legacy, tools.Store, tools.Engine, tools.Time);
        var decision = await exposer.PlanAsync(new ExposeRequest(network.Id), token);
        if (decision is ExposeDecision.AlreadyExposed)
            return;
        if (decision is ExposeDecision.Planned { Plan: var plan })
            foreach (var change in plan.Changes.Where(static change => change.Action != "keep"))
                run.Change(Words(change));
        if (!run.DryRun && decision is ExposeDecision.Planned)
        {
            var outcome = await exposer.ExposeAsync(new ExposeRequest(network.Id), Patience, new Told(run.Acting), token);
            decision = outcome.Decision;
            if (!outcome.Open.IsEmpty)
                throw new StepException($"Not every host has programmed its entries for {network.Name}: {string.Join("; ", outcome.Open)}.", "See that the agents there run, and repeat the step.");
        }
        if (decision is ExposeDecision.Refused refused)
            throw new StepException(
                string.Join(" ", refused.Reasons.Select(static reason => $"{reason.What} {reason.Why}")), string.Join(" ", refused.Reasons.Select(static reason => reason.Remedy)));
    }

    private async Task UnexposeAsync(StepRun run, PlanNetwork network, IStateSource legacy, CancellationToken token)
    {
        if ((await tools.ExposuresAsync(token)).All(exposure => exposure.LegacyNetworkId != network.Id))
            return;
        var unexposer = new Unexposer(tools.Store, legacy, tools.Store, tools.Engine, tools.Time);
        var plan = await unexposer.PlanAsync(network.Id, token);
        if (!plan.Users.IsEmpty)
            throw new StepException(
                $"The swarm network {network.Name} is still in use by {string.Join(", ", plan.Users)}.", "Roll their hosts back, or stop them; then repeat the step.");
        foreach (var change in plan.Changes)
            run.Change(Words(change));
        if (!run.DryRun)
            await unexposer.UnexposeAsync(network.Id, Patience, new Told(run.Acting), token);
    }

    private static string Words(PlannedChange change) =>
        $"{char.ToUpperInvariant(change.Action[0])}{change.Action[1..]} {change.Kind} {change.Path}{(change.After is { } after ? $": {after}" : change.Before is { } before ? $": {before}" : "")}";

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
