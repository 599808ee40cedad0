using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Reports.Audits;

namespace OverlayBridge.Reports.Tests.Audits;

/// <summary>Audits to look at.</summary>
internal static class AuditSamples
{
    /// <summary>Of a recorded store.</summary>
    public static async Task<AuditReport> RecordedAsync(string store) =>
        new(Auditor.Audit(new AuditInput { Image = await Samples.RecordedAsync(store) }));

    /// <summary>Findings of every severity in which everything that has a name has this one.</summary>
    public static AuditReport Named(string name) => Of([.. Enum.GetValues<AuditSeverity>().Select(severity => Finding(name, severity))], name);

    /// <summary>So many findings, each with so many keys and so many that it explains.</summary>
    public static AuditReport Many(int findings, int keys) => Of(
        [
            .. Enumerable.Range(0, findings).Select(at => Finding($"n{at}", AuditSeverity.Warning) with
            {
                Keys = [.. Enumerable.Range(0, keys).Select(key => $"docker/key{key}")],
                Explains = [.. Enumerable.Range(0, keys).Select(key => new ExplainedFinding("OB26", $"subject{key}", [], AuditSeverity.Error, false))],
            }),
        ], "store");

    public static AuditFinding Finding(string name, AuditSeverity severity) => new()
    {
        Rule = "OB09",
        Name = "leaked-address",
        Severity = severity,
        Network = new(name, name),
        Keys = [name, name],
        Subject = name,
        Message = name,
        Cause = name,
        Repair = name,
        Repairable = true,
        Explains = [new("OB16", name, [name], AuditSeverity.Error, true)],
    };

    private static AuditReport Of(ImmutableArray<AuditFinding> findings, string source) =>
        new(new() { Source = source, Index = 7, Counts = new(1, 2, 1, 1), Findings = findings, Notes = [source] });
}
