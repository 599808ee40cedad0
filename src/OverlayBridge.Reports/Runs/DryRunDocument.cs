using System.Collections.Immutable;

namespace OverlayBridge.Reports.Runs;

/// <summary>What a run would do. Its JSON is a contract: docs/schemas/migration-dry-run.schema.json.</summary>
/// <param name="Fits">The plan fits the world as it is now.</param>
/// <param name="Misfits">Where it does not.</param>
/// <param name="End">How the run would end: the state, and what it would wait for.</param>
public sealed record DryRunDocument(
    int FormatVersion, string Plan, bool Fits, ImmutableArray<string> Misfits, ImmutableArray<DryStage> Stages, string End)
{
    public const int CurrentFormatVersion = 1;
}

/// <summary>A stage with its steps in the order in which they would begin, and what is different after it.</summary>
public sealed record DryStage(string Name, ImmutableArray<DryStep> Steps, ImmutableArray<string> Gates, ImmutableArray<DryDifference> Differences);

/// <param name="Source"><c>agent</c>: the host's agent looked and said so; <c>model</c>: worked out from the plan alone.</param>
/// <param name="State"><c>possible</c> or <c>refused</c>.</param>
/// <param name="Changes">In order.</param>
/// <param name="Cause">Why it is refused; empty else.</param>
public sealed record DryStep(string Step, string Host, string Source, string State, ImmutableArray<string> Changes, string Cause, string Remedy);

/// <summary>Something that is different after the stage.</summary>
public sealed record DryDifference(string Subject, string Before, string After);
