using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Rules;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>Which faults are to be mended: those of the rules asked for, what they explain, and what their own repairs uncover.</summary>
internal sealed class Wanted
{
    private readonly ImmutableHashSet<RepairTarget> _targets;
    private readonly ImmutableHashSet<RepairTarget> _seen;
    private readonly ImmutableHashSet<string> _rules;

    private Wanted(ImmutableHashSet<RepairTarget> targets, ImmutableHashSet<RepairTarget> seen, ImmutableHashSet<string> rules) =>
        (_targets, _seen, _rules) = (targets, seen, rules);

    /// <summary>Faults of rules that were asked for by name and cannot be repaired.</summary>
    public ImmutableArray<RepairRefusal> Unrepairable { get; private init; } = [];

    public ImmutableArray<string> Notes { get; private init; } = [];

    public static Wanted Of(AuditInput input, AuditSubject subject, RepairRequest request)
    {
        if (request.Only is { } only)
            return new Wanted(only, only, []);
        ImmutableArray<Observation> seen = [.. RuleSet.All.SelectMany(rule => rule.Check(subject))];
        var (confirmed, restless) = Confirmed(input, seen);
        var rules = request.Rules.IsEmpty ? RepairPlanner.Rules.ToImmutableHashSet() : request.Rules.ToImmutableHashSet();
        var findings = Grouping.Findings(confirmed).Where(f => rules.Contains(f.Rule)).ToList();
        var explained = findings.SelectMany(f => f.Explains).Select(e => new RepairTarget(e.Rule, e.Subject));
        // A grouped finding bears a subject of its own; its members are among what it explains.
        var own = confirmed.Where(o => rules.Contains(o.Rule.Id)).Select(Target);
        return new Wanted([.. own, .. explained], [.. seen.Select(Target)], rules)
        {
            Unrepairable = [.. confirmed.Where(o => !request.Rules.IsEmpty && rules.Contains(o.Rule.Id) && !RepairPlanner.Rules.Contains(o.Rule.Id))
                .Select(o => new RepairRefusal(Target(o), o.Rule.Name, o.Message, $"This rule has no repair that is safe online. {o.Repair}"))],
            Notes = restless,
        };
    }

    public bool Includes(string rule) => _rules.Contains(rule) || _targets.Any(t => t.Rule == rule);

    /// <summary>What was not there to be seen at first is there because of a repair, and is no passing moment.</summary>
    public bool Includes(Observation seen) =>
        _targets.Contains(Target(seen)) || (_rules.Contains(seen.Rule.Id) && !_seen.Contains(Target(seen)));

    private static (ImmutableArray<Observation> Confirmed, ImmutableArray<string> Notes) Confirmed(AuditInput input, ImmutableArray<Observation> seen)
    {
        if (input.Again is not { } again || !Confirmation.IsNeeded(input.Image, again))
            return (seen, []);
        var before = AuditSubject.Of(again, input.Engines, input.Fences);
        var both = Confirmation.Of(input.Image, seen, again, [.. RuleSet.All.SelectMany(rule => rule.Check(before))], out var restless);
        // What frees something stands on records at rest, whether or not the rule is a transient one.
        var changed = Changed(input.Image, again);
        var moving = both.Where(o => Freeing.Contains(o.Rule.Id) && o.Keys.Any(changed.Contains)).ToHashSet();
        ImmutableArray<Observation> left = [.. restless, .. both.Where(moving.Contains)];
        return ([.. both.Where(o => !moving.Contains(o))], left.IsEmpty ? [] :
            [$"{left.Length} faults are left alone, for their records changed between the two reads: {Listing.Of(left.Select(o => $"{o.Rule.Id} {o.Subject}"))}."]);
    }

    private static readonly ImmutableHashSet<string> Freeing = [.. RepairSet.InOrder.Where(r => r.NeedsHosts).Select(r => r.About.Id)];

    private static HashSet<string> Changed(StoreImage first, StoreImage again) =>
        [.. EntryPairs.Of(first.Entries, again.Entries).Where(p => !Equals(p.Left, p.Right)).Select(p => (p.Left ?? p.Right)!.Key)];

    private static RepairTarget Target(Observation seen) => new(seen.Rule.Id, seen.Subject);
}
