using System.Collections.Immutable;

namespace OverlayBridge.Plans;

/// <summary>A plan file that cannot be used. Its message names the first fault and how many more there are.</summary>
public sealed class PlanFileException(string file, ImmutableArray<PlanFault> faults)
    : Exception($"{faults[0].At}: {faults[0].Message}")
{
    public ImmutableArray<PlanFault> Faults { get; } = faults;

    public string Cause => Faults[0].Cause;

    public string Remedy => Faults.Length == 1 ? Faults[0].Remedy : $"{Faults[0].Remedy} It is one of {Faults.Length} faults: overlaybridge plan validate {file}";
}
