using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Audits;

/// <summary>Words for findings that several forms share.</summary>
internal static class AuditWords
{
    /// <summary>All severities, the worst first.</summary>
    public static readonly AuditSeverity[] Severities = Enum.GetValues<AuditSeverity>();

    /// <summary>As a heading.</summary>
    public static string Title(AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical => "Critical",
        AuditSeverity.Error => "Errors",
        AuditSeverity.Warning => "Warnings",
        AuditSeverity.Info => "Notes",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "unknown severity"),
    };

    /// <summary>The severity's name: in JSON, as an option's value, and as the class of its colours.</summary>
    public static string Class(AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical => "critical",
        AuditSeverity.Error => "error",
        AuditSeverity.Warning => "warning",
        AuditSeverity.Info => "info",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "unknown severity"),
    };

    public static Tone ToneOf(AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical or AuditSeverity.Error => Tone.Bad,
        AuditSeverity.Warning => Tone.Warning,
        _ => Tone.Plain,
    };

    /// <summary><c>9 networks, 15 endpoints, …</c></summary>
    public static string Counts(AuditCounts counts) =>
        $"{Wording.Count(counts.Networks, "network")}, {Wording.Count(counts.Endpoints, "endpoint")}, "
        + $"{Wording.Count(counts.Pools, "address pool")}, {Wording.Count(counts.Hosts, "host")}";

    /// <summary><c>2 critical, 1 error, 3 warnings</c>, or that there is nothing.</summary>
    public static string Verdict(ImmutableArray<AuditFinding> findings)
    {
        var counts = findings.CountBy(finding => finding.Severity).OrderBy(count => count.Key).Select(count => count.Key switch
        {
            AuditSeverity.Critical => $"{Wording.Number((long)count.Value)} critical",
            AuditSeverity.Info => Wording.Count(count.Value, "note"),
            _ => Wording.Count(count.Value, Class(count.Key)),
        }).ToList();
        return counts.Count == 0 ? "Nothing found." : $"Found: {string.Join(", ", counts)}.";
    }

    /// <summary>A finding's rule, and what it is called.</summary>
    public static string Title(AuditFinding finding) => $"{finding.Rule} {finding.Name}";

    /// <summary>The network's name, or its short id in brackets; null when the finding belongs to none.</summary>
    public static string? NetworkOf(AuditFinding finding) =>
        finding.Network is { } network ? Wording.NameOr(network.Name, network.Id) : null;

    /// <summary>The rule's slug, of a finding that stands in another's <c>explains</c>.</summary>
    public static string NameOf(ExplainedFinding explained) =>
        AuditRules.All.FirstOrDefault(rule => rule.Id == explained.Rule) is { } rule ? $"{rule.Id} {rule.Name}" : explained.Rule;

    /// <summary><c>repairable with --engine and --hosts-gone</c>; null when it is not, or needs no option.</summary>
    public static string? RepairableWith(ImmutableArray<string> options) => options.IsEmpty ? null : $"repairable with {string.Join(" and ", options)}";

    /// <summary>Options of <c>repair</c> for everything that it can mend; empty when there is nothing.</summary>
    public static string RepairOptions(ImmutableArray<AuditFinding> findings) => string.Join(' ', RulesOf(findings).Select(rule => $"--rule {rule.Id}"));

    /// <summary>What has to stand beside these options, one sentence; null when nothing has to.</summary>
    public static string? RepairNeeds(ImmutableArray<AuditFinding> findings)
    {
        var needs = RulesOf(findings).SelectMany(rule => rule.RepairableWith, (rule, option) => (rule, option)).GroupBy(need => need.option, need => need.rule.Id)
            .Select(need => $"{need.Key} {(need.Key == "--engine" ? "URI, once for every host" : "ADDRESS, for a host that will not come back")} ({string.Join(", ", need)})").ToList();
        return needs.Count == 0 ? null : $"Some of it only with {string.Join("; with ", needs)}.";
    }

    private static IEnumerable<AuditRule> RulesOf(ImmutableArray<AuditFinding> findings)
    {
        var mended = findings
            .SelectMany(finding => finding.Explains.Where(explained => explained.Repairable).Select(explained => explained.Rule)
                .Concat(finding.Repairable || !finding.RepairableWith.IsEmpty ? [finding.Rule] : []))
            .ToHashSet();
        return AuditRules.All.Where(rule => mended.Contains(rule.Id));
    }
}
