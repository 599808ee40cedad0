using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>What <see cref="ExposePlanner"/> found.</summary>
public abstract record ExposeDecision
{
    private ExposeDecision()
    {
    }

    /// <summary>It can be done, so.</summary>
    public sealed record Planned(ExposePlan Plan) : ExposeDecision;

    /// <summary>It is done already; nothing is to be changed.</summary>
    public sealed record AlreadyExposed(Records.ExposureRecord Exposure) : ExposeDecision;

    /// <summary>It cannot be done; all reasons at once.</summary>
    public sealed record Refused(ImmutableArray<ExposeRefusal> Reasons) : ExposeDecision;
}
