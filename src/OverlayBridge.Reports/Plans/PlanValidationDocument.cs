using System.Collections.Immutable;

namespace OverlayBridge.Reports.Plans;

/// <summary>What <c>plan validate</c> found. Its JSON is a contract: docs/schemas/plan-validation.schema.json.</summary>
/// <param name="File">As it was named.</param>
/// <param name="Plan">The plan's name; null when the file does not tell.</param>
/// <param name="Hosts">Legacy hosts that go over.</param>
/// <param name="Faults">In the order of the file; none for a plan that can be carried out.</param>
public sealed record PlanValidationDocument(
    int FormatVersion, string File, string? Plan, int Hosts, int Containers, int Stages, ImmutableArray<PlanFaultLine> Faults)
{
    public const int CurrentFormatVersion = 1;
}

/// <summary>Something wrong in a plan file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Cause">The rule that it breaks.</param>
/// <param name="Repair">What to do about it.</param>
public sealed record PlanFaultLine(int Line, int Column, string Message, string Cause, string Repair);
