using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Merging;

/// <summary>Text to nodes by the limits of Compose files.</summary>
internal static class ComposeYaml
{
    private static readonly YamlRules Rules = new(
        "A Compose file", "services:, networks:", "Compose 2 refuses such a file", ComposeLimits.FileLengthMax, ComposeLimits.DepthMax, ComposeLimits.NodesMax);

    /// <summary>The mapping that a file consists of; an empty one for an empty file.</summary>
    /// <exception cref="ComposeException">It is no YAML, no mapping, or larger than <see cref="ComposeLimits"/>.</exception>
    public static MappingNode Read(SourceText source)
    {
        try
        {
            return YamlReader.Read(source, Rules);
        }
        catch (YamlFileException failure)
        {
            throw new ComposeException(failure.What, failure.At, failure.Why, failure.Remedy, failure);
        }
    }
}
