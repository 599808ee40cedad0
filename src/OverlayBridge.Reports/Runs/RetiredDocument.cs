using System.Collections.Immutable;
using OverlayBridge.Overlay.Retirement;

namespace OverlayBridge.Reports.Runs;

/// <summary>Whether anything of the bridge is left. Its JSON is a contract: docs/schemas/audit-retired.schema.json.</summary>
/// <param name="Clean">Nothing is left that matters.</param>
public sealed record RetiredDocument(int FormatVersion, bool Clean, ImmutableArray<RetiredLine> Checks)
{
    public const int CurrentFormatVersion = 1;

    public static RetiredDocument Of(ImmutableArray<RetiredCheck> checks) => new(
        CurrentFormatVersion, checks.All(static check => check.Verdict != RetiredVerdict.Problem),
        [.. checks.Select(static check => new RetiredLine(check.Subject, check.Verdict.ToString().ToLowerInvariant(), check.Text, check.Remedy))]);
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Verdict"><c>ok</c>, <c>note</c> or <c>problem</c>.</param>
public sealed record RetiredLine(string Subject, string Verdict, string Text, string Remedy);
