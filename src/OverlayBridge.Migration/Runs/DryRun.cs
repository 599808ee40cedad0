using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Overlay.Runs.Simulation;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Runs;

/// <summary>
/// What a run would do: the same decisions, written nowhere; hosts are asked by tasks that change nothing. A step that builds on another of its host, or on
/// everything (the bridge's end), cannot be looked at before that is done: its changes are worked out from the plan.
/// </summary>
/// <param name="bridge">Null: no host is asked.</param>
public sealed class DryRun(RunPlan plan, IConsulClient? bridge, TimeProvider time, IProgress<string> progress)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Agents begin at once and only look; one that says nothing for so long will not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string run = $"dry-{Guid.NewGuid():N}";

    public async Task<DryRunResult> RunAsync(CancellationToken token)
    {
        var asked = new List<(PlanStep Step, ImmutableHashSet<string> InForce)>();
        var bounds = new List<(string Stage, ImmutableHashSet<string> InForce)>();
        var end = SimulationCases.Undisturbed(plan, time.GetUtcNow(), (model, action) =>
        {
            if (action is RunAction.Ask { Next.Undo: false } ask)
                asked.Add((ask.Step, model.InForce));
            else if (action is RunAction.Stage { Next.State: StageState.Done } stage)
                bounds.Add((stage.Next.Stage, model.InForce));
            return false;
        });
        var heard = bridge is null ? [] : await HeardAsync(bridge, token).ConfigureAwait(false);
        var seen = await AskAsync([.. asked.Select(static one => one.Step)], heard, token).ConfigureAwait(false);
        return new(
            [.. asked.Select(one => seen.GetValueOrDefault(one.Step.Id) ?? FromPlan(one.Step, one.InForce))],
            [.. Differences(bounds)], end.Run.Run, end.Last.WaitsFor);
    }

    private DryStepResult FromPlan(PlanStep step, ImmutableHashSet<string> inForce) =>
        new(step, IsFromAgent: false, [.. FleetFacts.Of(plan.Plan, step, undo: false, inForce).Select(static change => change.ToString())], "", "");

    private IEnumerable<(string Stage, ImmutableArray<FleetChange> Changes)> Differences(List<(string Stage, ImmutableHashSet<string> InForce)> bounds)
    {
        var before = FleetFacts.Of(plan.Plan, ImmutableHashSet<string>.Empty);
        foreach (var (stage, inForce) in bounds)
        {
            var after = FleetFacts.Of(plan.Plan, inForce);
            yield return (stage, FleetFacts.Between(before, after));
            before = after;
        }
    }

    private static async Task<HashSet<string>> HeardAsync(IConsulClient bridge, CancellationToken token)
    {
        var entries = (await bridge.ListAsync(BridgeKeys.Hosts, new ReadOptions(Consistency.Consistent), token).ConfigureAwait(false)).Value;
        return [.. from entry in entries
                   where BridgeKeys.TryParse(entry.Key) is BridgeKey.Host
                   let host = RunRecords.Decode<HostRecord>(entry)
                   where host.State == HostState.Up
                   select host.Name];
    }

    /// <summary>Host by host, several hosts at once; what can be looked at now.</summary>
    private async Task<Dictionary<string, DryStepResult>> AskAsync(ImmutableArray<PlanStep> steps, HashSet<string> heard, CancellationToken token)
    {
        var seen = new Dictionary<string, DryStepResult>(StringComparer.Ordinal);
        var hosts = steps.Where(step => heard.Contains(step.Host) && IsSeenNow(step)).GroupBy(static step => step.Host, StringComparer.Ordinal);
        await Parallel.ForEachAsync(hosts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = token }, async (host, stopped) =>
        {
            progress.Report($"asking {host.Key} what it would change");
            foreach (var step in host)
            {
                var result = await AskAsync(step, stopped).ConfigureAwait(false);
                lock (seen)
                    seen[step.Id] = result;
            }
        }).ConfigureAwait(false);
        return seen;
    }

    private static bool IsSeenNow(PlanStep step) =>
        step.Kind is StepKind.CheckStore or StepKind.ExposeNetwork or StepKind.ConvertHost or StepKind.MoveContainer;

    private async Task<DryStepResult> AskAsync(PlanStep step, CancellationToken token)
    {
        var (task, report) = (BridgeKeys.HostTask(step.Host, step.Id), BridgeKeys.HostTaskReport(step.Host, step.Id));
        var record = new HostTaskRecord(run, step.Id, 1, Undo: false, DryRun: true, StepContent.Of(plan.Plan, step).ToText(), (int)Patience.TotalSeconds, time.GetUtcNow());
        await bridge!.PutAsync(task, BridgeRecords.Encode(record), default, token).ConfigureAwait(false);
        try
        {
            var begun = time.GetTimestamp();
            while (time.GetElapsedTime(begun) < Patience)
            {
                var (entry, _) = await bridge.GetAsync(report, new ReadOptions(Consistency.Consistent), token).ConfigureAwait(false);
                if (entry is not null && RunRecords.Decode<HostTaskReport>(entry) is { State: HostTaskState.Done or HostTaskState.Failed } said && said.Run == run)
                    return new(step, IsFromAgent: true, said.Changes, said.State == HostTaskState.Failed ? said.Cause : "", said.Remedy);
                await Task.Delay(Pause, time, token).ConfigureAwait(false);
            }
            return new(step, IsFromAgent: true, [], $"the agent of {step.Host} did not answer within {Patience.TotalSeconds:0} s", "Look at the agent there; 'overlaybridge cluster status' and its log tell more.");
        }
        finally
        {
            // Also when the command is stopped: nothing of a dry run stays.
            await bridge.DeleteAsync(task, null, CancellationToken.None).ConfigureAwait(false);
            await bridge.DeleteAsync(report, null, CancellationToken.None).ConfigureAwait(false);
        }
    }
}

/// <param name="Steps">In the order in which they would begin.</param>
/// <param name="Stages">What is different after each stage that comes to its end.</param>
/// <param name="End">How the run would end.</param>
/// <param name="WaitsFor">What it would wait for then.</param>
public sealed record DryRunResult(
    ImmutableArray<DryStepResult> Steps, ImmutableArray<(string Stage, ImmutableArray<FleetChange> Changes)> Stages, RunRecord End, ImmutableArray<string> WaitsFor);

/// <param name="IsFromAgent">The host looked; else worked out from the plan.</param>
/// <param name="Cause">Why it is refused; empty when it is possible.</param>
public sealed record DryStepResult(PlanStep Step, bool IsFromAgent, ImmutableArray<string> Changes, string Cause, string Remedy);
