using System.Globalization;

namespace OverlayBridge.Overlay.Plans.Staging;

/// <summary>One thing that is demanded of the stages, such as a group that goes together.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Number">Which of the kind, from 0.</param>
public sealed record Demand(DemandKind Kind, int Number)
{
    /// <summary>Where it stands, by the keys of a plan file.</summary>
    public string Path => Kind switch
    {
        DemandKind.Limit => string.Create(CultureInfo.InvariantCulture, $"replicaSets/{Number}"),
        DemandKind.Canary or DemandKind.First or DemandKind.Last => $"constraints/{Word}",
        _ => string.Create(CultureInfo.InvariantCulture, $"constraints/{Word}/{Number}"),
    };

    private string Word => Kind.ToString().ToLowerInvariant();

    /// <summary>As people wrote it: <c>together [h1, h2]</c>.</summary>
    public string In(StagingFleet fleet) => Kind switch
    {
        DemandKind.Canary => $"canary {fleet.Constraints.Canary}",
        DemandKind.First => $"first [{string.Join(", ", fleet.Constraints.First)}]",
        DemandKind.Last => $"last [{string.Join(", ", fleet.Constraints.Last)}]",
        DemandKind.Together => $"together [{string.Join(", ", fleet.Constraints.Together[Number])}]",
        DemandKind.Apart => $"apart [{string.Join(", ", fleet.Constraints.Apart[Number])}]",
        DemandKind.Order => $"{fleet.Constraints.Order[Number].Host} after {fleet.Constraints.Order[Number].After}",
        _ => string.Create(CultureInfo.InvariantCulture, $"at most {fleet.Sets[Number].Allowed} of the {fleet.Sets[Number].Size} replicas of '{fleet.Sets[Number].Name}' away at once"),
    };
}

public enum DemandKind
{
    Canary,
    First,
    Last,
    Together,
    Apart,
    Order,

    /// <summary>What a replica set may lose at once.</summary>
    Limit,
}
