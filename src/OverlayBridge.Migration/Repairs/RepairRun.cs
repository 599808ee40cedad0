using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Repairs;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Repairs;

/// <summary>One plan on its way: which faults are still open, and what was written for those that are not.</summary>
internal sealed class RepairRun(IWritableSource source, RepairOptions options, IProgress<string> progress, TimeProvider time)
{
    private readonly Dictionary<RepairTarget, RepairStep> _open = [];
    private readonly Dictionary<RepairTarget, int> _lost = [];
    private readonly HashSet<RepairTarget> _halfDone = [];
    private readonly HashSet<string> _written = [];
    private readonly List<StepOutcome> _ended = [];

    /// <summary>How often somebody else changed a key first.</summary>
    public int Conflicts { get; private set; }

    public async Task<ImmutableArray<StepOutcome>> CarryOutAsync(
        RepairPlan plan, RepairRequest request, Func<CancellationToken, Task<AuditInput>> read, CancellationToken token)
    {
        foreach (var step in plan.Steps)
            Open(step);
        while (_open.Count > 0)
        {
            _written.Clear();
            bool all = true;
            foreach (var step in plan.Steps)
                if (all && !(all = await TryAsync(step, token).ConfigureAwait(false)))
                    break;
            if (_open.Count == 0)
                break;
            plan = RepairPlanner.Plan(await read(token).ConfigureAwait(false), request with { Only = [.. _open.Keys] });
            Settle(plan);
        }
        return await CheckedAsync(request, read, token).ConfigureAwait(false);
    }

    /// <summary>Whether the plan can be gone on with: false where a key must be read again first.</summary>
    private async Task<bool> TryAsync(RepairStep step, CancellationToken token)
    {
        if (step.Writes.Any(write => _written.Contains(write.Key)))
            return false;
        for (int at = 0; at < step.Writes.Length; at++)
        {
            var write = step.Writes[at];
            if (await source.TryWriteAsync(write.Key, write.ExpectedIndex, write.After, token).ConfigureAwait(false) == WriteOutcome.Conflict)
            {
                Lose(step, at);
                return false;
            }
            _written.Add(write.Key);
        }
        Close(step);
        progress.Report($"{step.Rule} {step.Name}: {string.Join(", ", step.Subjects.Take(3))}{(step.Subjects.Length > 3 ? $" and {step.Subjects.Length - 3} more" : "")}: done.");
        _ended.Add(new StepOutcome(step, StepResult.Done));
        return true;
    }

    private void Lose(RepairStep step, int at)
    {
        Conflicts++;
        progress.Report($"{step.Rule} {step.Name}: {step.Writes[at].Key} was changed by somebody else; reading everything again.");
        foreach (var target in step.Targets)
            _lost[target] = _lost.GetValueOrDefault(target) + 1;
        if (at == 0)
            return;
        // Half-way: what is written is right by itself, and what it leaves is known.
        foreach (var target in step.Remainders)
            _open.TryAdd(target, Left(step, target));
        _halfDone.UnionWith(step.Targets);
        _ended.Add(new StepOutcome(step with { Writes = step.Writes[..at], Remainders = [] }, StepResult.Done));
    }

    /// <summary>Takes the new plan for what is open; what it does not have any more is gone, refused or given up.</summary>
    private void Settle(RepairPlan plan)
    {
        foreach (var step in plan.Steps)
            Open(step);
        var refused = plan.Refused.ToLookup(r => r.Target);
        var planned = plan.Targets.ToHashSet();
        foreach (var (target, step) in _open.ToList())
            if (_lost.GetValueOrDefault(target) > options.MostConflicts)
                End(target, step, StepResult.Failed, $"Its records changed under {options.MostConflicts} attempts. Run the command again at a quieter time.");
            else if (refused[target].FirstOrDefault() is { } refusal)
                End(target, step, StepResult.Failed, $"The evidence changed: {refusal.Reason}");
            else if (!planned.Contains(target))
                End(target, step, StepResult.Gone, "The fault was not there any more.");
    }

    private void End(RepairTarget target, RepairStep step, StepResult result, string reason)
    {
        _open.Remove(target);
        // What a half-done step wrote is reported already, and what it left need not have become a fault.
        bool isKnown = _halfDone.Contains(target) || !step.Targets.Contains(target) || step.Writes.IsEmpty;
        if (result != StepResult.Gone || !isKnown)
            _ended.Add(new StepOutcome(Only(step, target), result, reason));
    }

    private void Open(RepairStep step)
    {
        foreach (var target in step.Targets)
            _open[target] = step;
    }

    private void Close(RepairStep step)
    {
        foreach (var target in step.Targets)
            _open.Remove(target);
    }

    /// <summary>Reads once more: a fault that is still there was not mended, whatever the store answered.</summary>
    private async Task<ImmutableArray<StepOutcome>> CheckedAsync(
        RepairRequest request, Func<CancellationToken, Task<AuditInput>> read, CancellationToken token)
    {
        var done = _ended.Where(o => o.Result == StepResult.Done).SelectMany(o => o.Step.Targets).ToImmutableHashSet();
        var back = await StillThereAsync(done).ConfigureAwait(false);
        if (!back.IsEmpty && options.Again > TimeSpan.Zero)
        {
            // Or there again for a moment, in the middle of an ordinary operation.
            await Task.Delay(options.Again, time, token).ConfigureAwait(false);
            back = await StillThereAsync(back).ConfigureAwait(false);
        }
        return
        [
            .. _ended.Select(o => o.Result == StepResult.Done && o.Step.Targets.Any(back.Contains)
                ? o with { Result = StepResult.Failed, Reason = "It was written, and the fault is there again: look which engine makes it." }
                : o),
        ];

        async Task<ImmutableHashSet<RepairTarget>> StillThereAsync(ImmutableHashSet<RepairTarget> targets) => targets.IsEmpty ? targets
            : [.. RepairPlanner.Plan(await read(token).ConfigureAwait(false), request with { Only = targets }).Targets];
    }

    /// <summary>A fault that a half-done step left, should nothing mend it.</summary>
    private static RepairStep Left(RepairStep step, RepairTarget target) => step with
    {
        Rule = target.Rule,
        Name = AuditRules.All.Single(r => r.Id == target.Rule).Name,
        Subjects = [target.Subject],
        Messages = [$"Left by {step.Rule} {step.Name}, of which only the first writes were made."],
        Writes = [],
        Remainders = [],
    };

    private static RepairStep Only(RepairStep step, RepairTarget target)
    {
        int at = step.Subjects.IndexOf(target.Subject);
        return at < 0 ? step with { Writes = [] } : step with { Subjects = [target.Subject], Messages = [step.Messages[at]], Writes = [] };
    }
}
