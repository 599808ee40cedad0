using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Rules;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>Plans the safe repairs of the catalogue. A pure function: equal inputs give equal plans.</summary>
public static class RepairPlanner
{
    /// <summary>Ids of the rules that can be repaired, by number.</summary>
    public static ImmutableArray<string> Rules { get; } = [.. RepairSet.InOrder.Select(r => r.About.Id).Order(StringComparer.Ordinal)];

    /// <summary>Hosts that the operator vouches are gone and that the evidence says are not, a sentence each.</summary>
    public static ImmutableArray<string> Contradictions(AuditInput input, RepairRequest request) =>
        [.. new HostsAsked(AuditSubject.Of(input.Image, input.Engines, input.Fences), request.HostsGone).Contradictions()];

    /// <summary>Plans what mends the faults that were asked for.</summary>
    /// <param name="input">
    /// The newest read as <see cref="AuditInput.Image"/>, whose indexes the writes expect, and the one before it as
    /// <see cref="AuditInput.Again"/>: it confirms what may be a moment of an ordinary operation.
    /// </param>
    public static RepairPlan Plan(AuditInput input, RepairRequest request)
    {
        var draft = new RepairDraft(input);
        var wanted = Wanted.Of(input, draft.Subject, request);
        var steps = ImmutableArray.CreateBuilder<RepairStep>();
        var refused = wanted.Unrepairable.ToBuilder();
        foreach (var repair in RepairSet.InOrder.Where(r => wanted.Includes(r.About.Id)))
            PlanRule(repair, draft, wanted, request, steps, refused);
        return new RepairPlan(steps.ToImmutable(), refused.ToImmutable(), wanted.Notes);
    }

    private static void PlanRule(
        Repair repair, RepairDraft draft, Wanted wanted, RepairRequest request,
        ImmutableArray<RepairStep>.Builder steps, ImmutableArray<RepairRefusal>.Builder refused)
    {
        var rule = RuleSet.All[repair.About.Number - 1];
        var ground = Ground();
        var groups = rule.Check(ground.Store).Where(wanted.Includes).GroupBy(repair.GroupOf).Select(g => (g.Key, Faults: g.ToList())).ToList();
        foreach (var (key, faults) in groups)
        {
            var current = faults;
            if (repair.ReadsOthers && !ReferenceEquals(ground.Store, draft.Subject))
            {
                // What a step before mended is no fault any more.
                ground = Ground();
                current = [.. rule.Check(ground.Store).Where(wanted.Includes).Where(o => repair.GroupOf(o) == key)];
            }
            var sheet = new RepairSheet(draft);
            var step = StepOf(repair, ground, current, sheet);
            refused.AddRange(sheet.Refused);
            if (step is null)
                continue;
            steps.Add(step);
            draft.Apply(step.Writes);
        }

        RepairGround Ground() => new(draft.Subject, new HostsAsked(draft.Subject, request.HostsGone), request.FencesKnown);
    }

    private static RepairStep? StepOf(Repair repair, RepairGround ground, List<Observation> faults, RepairSheet sheet)
    {
        var mended = new List<Observation>();
        foreach (var fault in faults)
            if (repair.Refusal(ground, fault) is { } reason)
                sheet.Refuse(fault, reason);
            else
                mended.Add(fault);
        if (mended.Count == 0)
            return null;
        repair.Plan(ground, mended, sheet);
        var writes = sheet.Writes;
        return writes.IsEmpty ? null : new RepairStep
        {
            Rule = repair.About.Id,
            Name = repair.About.Name,
            Severity = mended.Min(o => o.Severity),
            Network = mended.Select(o => o.Network).Distinct().ToArray() is [var only] ? only : null,
            Subjects = [.. mended.Select(o => o.Subject)],
            Messages = [.. mended.Select(o => o.Message)],
            Writes = writes,
            Remainders = sheet.Remainders,
        };
    }
}
