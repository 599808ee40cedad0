namespace OverlayBridge.Lab.Engines;

/// <summary>A Docker engine as unpacked from a Debian suite, with the client of the same version.</summary>
public sealed record EngineRelease
{
    private EngineRelease(string version, string suite, string composePath)
    {
        Version = version;
        Folder = $"{Installation.Root}/{suite}/usr";
        ComposePath = composePath;
    }

    /// <summary>20.10.5: the last packaged one that speaks --cluster-store=consul. Compose is version 1.</summary>
    public static EngineRelease Legacy { get; } = new("20.10.5", "bullseye", Installation.ComposeV1Path);

    /// <summary>26.1.5, with Compose version 2.</summary>
    public static EngineRelease Modern { get; } = new("26.1.5", "trixie", Installation.ComposeV2Path);

    public string Version { get; }

    /// <summary>Whether a program, by its path, is one of this release.</summary>
    public bool Has(string program) => program.StartsWith($"{Folder}/", StringComparison.Ordinal);

    internal string Folder { get; }

    internal string ComposePath { get; }

    /// <summary>The release's programs first, then Debian 12's; what the caller's PATH has in it plays no part.</summary>
    internal string SearchPath => $"{Folder}/sbin:{Folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}
