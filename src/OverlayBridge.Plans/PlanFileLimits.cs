namespace OverlayBridge.Plans;

/// <summary>What a plan file may have at most: enough for 10,000 hosts with 200,000 containers.</summary>
public static class PlanFileLimits
{
    /// <summary>Characters of the file.</summary>
    public const int LengthMax = 128 * 1024 * 1024;

    /// <summary>Levels of mappings and lists in each other.</summary>
    public const int DepthMax = 16;

    /// <summary>Nodes of the file once its aliases are written out.</summary>
    public const int NodesMax = 10_000_000;

    /// <summary>Faults that are told; a file of another kind has one on each line.</summary>
    public const int FaultsMax = 1000;
}
