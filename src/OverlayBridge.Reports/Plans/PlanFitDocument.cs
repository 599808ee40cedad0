using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans.Worlds;

namespace OverlayBridge.Reports.Plans;

/// <summary>What <c>plan refresh</c> found: how the world differs from a plan. Its JSON is a contract: docs/schemas/plan-refresh.schema.json.</summary>
/// <param name="File">The plan file.</param>
/// <param name="Source">What it was compared with.</param>
/// <param name="Index">The store's index now.</param>
/// <param name="PlanIndex">The store's index that the plan was made from.</param>
/// <param name="Result"><c>fits</c>, <c>refreshed</c>, <c>would-refresh</c> (dry run) or <c>refused</c>.</param>
public sealed record PlanFitDocument(
    int FormatVersion, string File, string Plan, string Source, ulong Index, ulong PlanIndex, string Result, ImmutableArray<WorldChangeLine> Changes)
{
    public const int CurrentFormatVersion = 1;

    public const string Fits = "fits";
    public const string Refreshed = "refreshed";
    public const string WouldRefresh = "would-refresh";
    public const string Refused = "refused";

    public static ImmutableArray<WorldChangeLine> Lines(PlanFit fit) =>
    [
        .. fit.Changes.Select(static change => new WorldChangeLine(
            Word(change.Kind), change.Subject, change.Before, change.After, change.IsSafe, change.Message, change.Remedy)),
    ];

    private static string Word(WorldChangeKind kind) =>
        string.Concat(kind.ToString().Select(static (letter, at) => char.IsUpper(letter) ? $"{(at == 0 ? "" : "-")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}

/// <param name="Kind">For example <c>host-gone</c>, <c>container-new</c>, <c>address-changed</c>.</param>
/// <param name="Safe">Whether the plan may take it over.</param>
/// <param name="Repair">What to do where it may not; empty else.</param>
public sealed record WorldChangeLine(string Kind, string Subject, string? Before, string? After, bool Safe, string Message, string Repair);
