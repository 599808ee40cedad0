using System.Collections.Immutable;
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
        var subject = AuditSubject.Of(input.Decoded ?? DecodedImage.Of(input.Image), input.Engines, input.Fences);
        var seen = Look(subject);
        ImmutableArray<Observation> restless = [];
        if (input.Again is { } again && Confirmation.IsNeeded(input.Image, again))
            seen = Confirmation.Of(
                input.Image, seen, again, Look(AuditSubject.Of(again, input.Engines, input.Fences)), out restless);
        return new AuditResult
        {
            Source = input.Image.Source,
            Index = input.Image.Index,
            Counts = CountsOf(subject),
            Findings = Grouping.Findings(seen),
            Notes = AuditNotes.Of(subject, restless),
        };
    }

    // On every core: a rule only reads, and none depends on another.
    private static ImmutableArray<Observation> Look(AuditSubject subject)
    {
        var seen = new ImmutableArray<Observation>[RuleSet.All.Length];
        Parallel.For(0, seen.Length, i => seen[i] = [.. RuleSet.All[i].Check(subject)]);
        return [.. seen.SelectMany(observations => observations)];
    }

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
