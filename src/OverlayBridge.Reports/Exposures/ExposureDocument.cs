using System.Collections.Immutable;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Reports.Exposures;

/// <summary>
/// What <c>network expose</c>, <c>expose --grow</c> and <c>unexpose</c> change or changed, dry-run or not. Its JSON is a contract:
/// docs/schemas/exposure.schema.json.
/// </summary>
/// <param name="Command"><c>expose</c>, <c>grow</c> or <c>unexpose</c>.</param>
/// <param name="Subnet">The first one; <paramref name="Maps"/> has all.</param>
/// <param name="State"><c>planned</c> (dry-run), <c>done</c>, or <c>unchanged</c> where nothing was to be done.</param>
/// <param name="Fence">The block of it that swarm gives out; of <c>grow</c> the block for fixed addresses.</param>
/// <param name="FenceReason">Why this block; empty for unexpose.</param>
/// <param name="InUseBy">Containers of the swarm side, as "name on host": they keep unexpose from starting.</param>
/// <param name="Open">Hosts whose entries were not all as wanted when the command ended, each with the reason.</param>
/// <param name="Maps">For each block the addresses of its subnet, before and after; none where nothing is changed.</param>
/// <param name="Advice">What to do with it, a step a line.</param>
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
    ImmutableArray<string> Warnings,
    ImmutableArray<SharedSubnetMap> Maps,
    ImmutableArray<string> Advice)
{
    public const int CurrentFormatVersion = 1;

    public const string Planned = "planned";
    public const string Done = "done";
    public const string Unchanged = "unchanged";

    /// <summary>Of an expose that was planned or carried out.</summary>
    public static ExposureDocument Of(ExposePlan plan, bool done, ImmutableArray<string> open) => new(
        CurrentFormatVersion, "expose", done ? Done : Planned, new(plan.LegacyNetworkId, plan.Name), plan.Subnets[0].Subnet.ToString(),
        plan.Subnets[0].Fence.ToString(), plan.Subnets[0].FenceReason, plan.Changes, [], open, plan.Warnings,
        [.. plan.Subnets.Select(subnet => SharedSubnetMap.Taken(subnet.Pool, subnet.FenceBlock, subnet.FenceReason))], []);

    /// <summary>Of a block more that was planned or set aside.</summary>
    public static ExposureDocument Of(GrowPlan plan, bool done) => new(
        CurrentFormatVersion, "grow", done ? Done : Planned, new(plan.Exposure.LegacyNetworkId, plan.Exposure.Name), plan.Subnet.ToString(),
        plan.Range.ToString(), plan.Reason, plan.Changes, [], [], [], [SharedSubnetMap.Taken(plan.Pool, plan.Block, plan.Reason)],
        GrowAdvice.Of(plan));

    /// <summary>Of an expose that found its work done.</summary>
    public static ExposureDocument Of(ExposureRecord exposure) => new(
        CurrentFormatVersion, "expose", Unchanged, new(exposure.LegacyNetworkId, exposure.Name), exposure.Subnet.ToString(),
        exposure.Fence.ToString(), "", [], [], [], [], [], []);

    /// <summary>Of an unexpose that was planned or carried out.</summary>
    public static ExposureDocument Of(UnexposePlan plan, bool done) => new(
        CurrentFormatVersion, "unexpose", done ? Done : Planned, new(plan.Exposure.LegacyNetworkId, plan.Exposure.Name),
        plan.Exposure.Subnet.ToString(), plan.Exposure.Fence.ToString(), "", plan.Changes, plan.Users, [], plan.Warnings,
        [.. plan.Blocks.Select(SharedSubnetMap.Given)], []);
}

/// <summary>A legacy network.</summary>
public sealed record ExposedNetwork(string Id, string Name);
