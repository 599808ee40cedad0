namespace OverlayBridge.Compose;

/// <summary>What a set of Compose files may have at most. Real ones stay far below.</summary>
public static class ComposeLimits
{
    /// <summary>Characters of one file.</summary>
    public const int FileLengthMax = 1024 * 1024;

    /// <summary>Files of one project, included and extended ones counted.</summary>
    public const int FilesMax = 100;

    /// <summary>Levels of mappings and lists in each other.</summary>
    public const int DepthMax = 64;

    /// <summary>Nodes of a file once its aliases are written out: a few lines of aliases of aliases can stand for billions.</summary>
    public const int NodesMax = 100_000;

    /// <summary>Services that extend each other in a row, files that include each other, and defaults of variables in each other.</summary>
    public const int ChainMax = 32;

    /// <summary>Characters of one value once its variables are filled in.</summary>
    public const int ValueLengthMax = 64 * 1024;
}
