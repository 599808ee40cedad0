using System.Collections.Immutable;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Reports.Exposures;

/// <summary>
/// What <c>network expose</c> and <c>network unexpose</c> change or changed, dry-run or not. Its JSON is a contract:
/// docs/schemas/exposure.schema.json.
/// </summary>
/// <param name="Command"><c>expose</c> or <c>unexpose</c>.</param>
/// <param name="State"><c>planned</c> (dry-run), <c>done</c>, or <c>unchanged</c> where nothing was to be done.</param>
/// <param name="Fence">The block of addresses that swarm gives out.</param>
/// <param name="FenceReason">Why this block; empty for unexpose.</param>
/// <param name="InUseBy">Containers of the swarm side, as "name on host": they keep unexpose from starting.</param>
/// <param name="Open">Hosts whose entries were not all as wanted when the command ended, each with the reason.</param>
public sealed record ExposureDocument(
    int FormatVersion,
    string Command,
    string State,
    ExposedNetwork Network,
    string Subnet,
    string Fence,
    string FenceReason,
    ImmutableArray<PlannedChange> Changes,
    ImmutableArray<string> InUseBy,
    ImmutableArray<string> Open,
    ImmutableArray<string> Warnings)
{
    public const int CurrentFormatVersion = 1;

    public const string Planned = "planned";
    public const string Done = "done";
    public const string Unchanged = "unchanged";

    /// <summary>Of an expose that was planned or carried out.</summary>
    public static ExposureDocument Of(ExposePlan plan, bool done, ImmutableArray<string> open) => new(
        CurrentFormatVersion, "expose", done ? Done : Planned, new(plan.LegacyNetworkId, plan.Name), plan.Subnet.ToString(),
        plan.Fence.ToString(), plan.FenceReason, plan.Changes, [], open, plan.Warnings);

    /// <summary>Of an expose that found its work done.</summary>
    public static ExposureDocument Of(ExposureRecord exposure) => new(
        CurrentFormatVersion, "expose", Unchanged, new(exposure.LegacyNetworkId, exposure.Name), exposure.Subnet.ToString(),
        exposure.Fence.ToString(), "", [], [], [], []);

    /// <summary>Of an unexpose that was planned or carried out.</summary>
    public static ExposureDocument Of(UnexposePlan plan, bool done) => new(
        CurrentFormatVersion, "unexpose", done ? Done : Planned, new(plan.Exposure.LegacyNetworkId, plan.Exposure.Name),
        plan.Exposure.Subnet.ToString(), plan.Exposure.Fence.ToString(), "", plan.Changes, plan.Users, [], plan.Warnings);
}

/// <summary>A legacy network.</summary>
public sealed record ExposedNetwork(string Id, string Name);
