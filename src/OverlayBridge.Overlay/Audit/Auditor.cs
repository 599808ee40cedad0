using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit.Rules;
using OverlayBridge.Overlay.Audit.Subjects;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit;

/// <summary>Judges a store by all rules of the catalogue. A pure function: equal inputs give equal results, in the same order.</summary>
public static class Auditor
{
    /// <summary>Never throws on any content of the image.</summary>
    public static AuditResult Audit(AuditInput input)
    {
        var subject = AuditSubject.Of(input.Image, input.Engines, input.Fences);
        var observations = RuleSet.All.SelectMany(rule => rule.Check(subject)).ToImmutableArray();
        return new AuditResult
        {
            Source = input.Image.Source,
            Index = input.Image.Index,
            Counts = CountsOf(subject),
            Findings = InOrder(observations.Select(o => ToFinding(o, []))),
        };
    }

    private static AuditFinding ToFinding(Observation seen, ImmutableArray<ExplainedFinding> explains) => new()
    {
        Rule = seen.Rule.Id,
        Name = seen.Rule.Name,
        Severity = seen.Severity,
        Network = seen.Network,
        Keys = seen.Keys,
        Subject = seen.Subject,
        Message = seen.Message,
        Cause = seen.Cause,
        Repair = seen.Repair,
        Repairable = seen.Repairable,
        Explains = explains,
    };

    private static ImmutableArray<AuditFinding> InOrder(IEnumerable<AuditFinding> findings) =>
    [
        .. findings.OrderBy(f => f.Severity).ThenBy(f => f.Rule, StringComparer.Ordinal)
            .ThenBy(f => f.Network?.Name, KeyOrder.Instance).ThenBy(f => f.Network?.Id, KeyOrder.Instance)
            .ThenBy(f => f.Subject, KeyOrder.Instance),
    ];

    private static AuditCounts CountsOf(AuditSubject subject)
    {
        var store = subject.Store;
        var masters = store.Pools.Values.Where(p => p.Id.SubPool is null).Select(p => p.Id.ToString()).Concat(store.Bitmaps.Keys);
        return new AuditCounts(
            store.Networks.Count,
            subject.Networks.Sum(n => n.Readable.Count()),
            masters.Distinct().Count(),
            HostViews.Addresses(store).Count);
    }
}
