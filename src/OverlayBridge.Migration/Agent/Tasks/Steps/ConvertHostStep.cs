using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// The host goes into the swarm in place, with or without another engine version, and back. Also exchanges the engine of a host that is there already: the
/// same decision, with another version.
/// </summary>
internal sealed class ConvertHostStep(AgentTools tools) : IStep
{
    private const string NotTaken = "Look at the engine's log and at what else changes this host, then repeat the step.";
    private static readonly TimeSpan VerifyPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        run.Checking("Looking at the engine, its containers and the store");
        var host = run.Content.Host ?? throw new StepException("The task names no host of the plan.", "See that the control nodes and this agent are of the same version.");
        var isUpgrade = run.Content.Step.Kind == StepKind.UpgradeEngine;
        var exposures = await ExposuresAsync(isBegun: tools.Conversion.Read() is not null, token);
        var goal = new ConversionGoal(
            run.Content.Manager, VersionOf(host, isUpgrade, run.Undo),
            [.. run.Content.Networks.Select(network => new ConversionNetwork(network.Name, network.Id, exposures.FirstOrDefault(e => e.LegacyNetworkId == network.Id)?.SwarmNetworkId ?? ""))]);
        var edge = tools.Edge(goal, run.Passing);
        // Whatever the host is like: an engine that is stopped must be one that can be started.
        if (edge.CommandFor(goal.Version) is null)
            throw new StepException(
                $"This host does not know how to start engine {goal.Version}.", $"Name the command in the file of --engine-control, under versions, \"{goal.Version}\".");
        var isBack = run.Undo && !isUpgrade;
        // An engine that is just being started anew is waited for by whoever carries the step out: only a conversion that has begun knows why it is down.
        if (edge.Notes is null && !isBack)
            await tools.Control.SetupAsync(token);
        var now = await ChangeLoop.LookAsync(edge, run, token);
        if (isUpgrade && edge.Notes is null)
            throw new StepException("This host is not converted, so that its engine cannot be exchanged by itself.", "Convert it first: convert-host does both in one stop.");
        if (edge.Notes is null && !isBack)
            await CheckAsync(run, now, goal, exposures, token);
        if (run.DryRun)
        {
            await DryRunAsync(run, edge, now, goal, isBack, token);
            return;
        }
        if (edge.Notes is null && !isBack)
        {
            run.Checking($"Asking the agent of {goal.Manager} for a way into the swarm");
            await edge.PrepareAsync(goal.Manager, now.Engine!.Name, token);
        }
        var before = edge.Notes?.Before;
        do
            await ChangeLoop.RunAsync(edge, situation => Next(isBack, situation, edge.Notes, goal), NotTaken, run, token);
        while (!await IsVerifiedAsync(run, edge, edge.Notes?.Before ?? before, token));
    }

    /// <returns>Null: the engine stays, in this step.</returns>
    private static string? VersionOf(PlanHost host, bool isUpgrade, bool undo) =>
        isUpgrade ? (undo ? host.EngineVersion : host.UpgradeTo)
        : host.Upgrade == UpgradeTime.Afterwards ? null
        : host.UpgradeTo;

    /// <summary>A host that is on its way goes on without the store as far as it can.</summary>
    private async Task<ImmutableArray<ExposureRecord>> ExposuresAsync(bool isBegun, CancellationToken token)
    {
        try
        {
            return await tools.ExposuresAsync(token);
        }
        catch (SourceException e) when (isBegun)
        {
            tools.Log.LogWarning("The exposures are not known for the moment: {What} {Cause}", e.Message, e.Cause);
            return [];
        }
    }

    private async Task CheckAsync(StepRun run, HostSituation now, ConversionGoal goal, ImmutableArray<ExposureRecord> exposures, CancellationToken token)
    {
        var engine = ConversionSaving.EngineOf(now);
        var view = await tools.Records.HostsViewAsync(token);
        var swarmIds = goal.Networks.Select(static network => network.SwarmId).ToHashSet();
        var obstacles = ConversionChecks.Find(
            now, engine, run.Content.Networks, exposures, [.. view.Attachments.Where(item => swarmIds.Contains(item.Attachment.NetworkId))], Free(engine.DataRoot), run.DryRun);
        if (view.Hosts.FirstOrDefault(host => host.Name == goal.Manager) is not { State: HostState.Up, Swarm.IsManager: true })
            obstacles = obstacles.Add(new($"No agent stands beside a swarm manager on {goal.Manager}.", "See that it runs there, and that the engine there is a manager (docker node ls)."));
        if (!obstacles.IsEmpty)
            throw new StepException(
                string.Join(" ", obstacles.Select(static obstacle => obstacle.What)), string.Join(" ", obstacles.Select(static obstacle => obstacle.Remedy).Distinct()));
        foreach (var slow in ConversionChecks.SlowStops(now))
            tools.Log.LogInformation("{Step}: {Slow}", run.Content.Step.Id, slow);
    }

    private async Task DryRunAsync(StepRun run, HostEdge edge, HostSituation now, ConversionGoal goal, bool isBack, CancellationToken token)
    {
        if (now.Engine is not { } engine)
            throw new StepException("The engine does not answer, so that nothing can be said about what would be changed.", "Start it, or run the step: it goes on from where the host is.");
        var dry = new DryEdge(
            ModelHost.Of(now, engine, edge.Notes),
            goal, () => ConversionSaving.NotesOf(now, goal, tools.Options.HostName, tools.Resolvers(now.DaemonJson), tools.Time.GetUtcNow()));
        await ChangeLoop.RunAsync(dry, situation => Next(isBack, situation, dry.Host.Notes, goal), NotTaken, run, token);
    }

    private static HostMove? Next(bool isBack, HostSituation now, ConversionNotes? notes, ConversionGoal goal) =>
        isBack ? ConversionDecision.Backward(now, notes, goal) : ConversionDecision.Forward(now, notes, goal);

    /// <summary>What just started takes a moment to show its address.</summary>
    /// <returns>False: the engine was killed meanwhile, and is to be started again as in the act; where the notes are gone whatever looks after engines here does so.</returns>
    private async Task<bool> IsVerifiedAsync(StepRun run, HostEdge edge, HostConversion? before, CancellationToken token)
    {
        if (before is null)
            return true;
        run.Verifying("Comparing containers, addresses and MAC addresses with what was before");
        var begun = tools.Time.GetTimestamp();
        while (true)
        {
            var now = await ChangeLoop.LookAsync(edge, edge.LookAtHostAsync, run, token);
            if (now.Engine is null && edge.Notes is not null)
                return false;
            var differences = ConversionDecision.Differences(now, before);
            if (differences.IsEmpty)
                return true;
            if (tools.Time.GetElapsedTime(begun) > VerifyPatience)
                throw new StepException(
                    $"The host is not as it was before: {string.Join("; ", differences)}.", "Look at these containers and their logs; mend them and repeat the step, or go back.");
            await Task.Delay(Pause, tools.Time, token);
        }
    }

    private long? Free(string dataRoot)
    {
        try
        {
            return new DriveInfo(dataRoot).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            tools.Log.LogDebug("How much room {Folder} has is not known: {Reason}", dataRoot, e.Message);
            return null;
        }
    }
}
