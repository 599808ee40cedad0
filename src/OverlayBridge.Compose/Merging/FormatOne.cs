using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Merging;

/// <summary>Compose's first format: services at the top of the file, no networks. It is lifted into today's form, and remembered by the key <see cref="Mark"/>.</summary>
internal static class FormatOne
{
    /// <summary>No file can have it: it holds a character that YAML does not allow.</summary>
    public const string Mark = "\0format-1";

    private static readonly string[] TopLevel = ["version", "services", "networks", "volumes", "secrets", "configs", "include", "name"];

    public static MappingNode Lift(MappingNode file)
    {
        var own = file.Entries.Where(static entry => !entry.Key.StartsWith("x-", StringComparison.Ordinal)).ToList();
        if (own.Count == 0 || own.Any(static entry => TopLevel.Contains(entry.Key, StringComparer.Ordinal)) || own.Any(static entry => !LooksLikeService(entry.Value)))
            return file;
        var services = new MappingNode(own[0].At, null, [.. own]);
        var mark = new ScalarNode(file.At, null, "true", quoted: false);
        return new(file.At, file.Tag, [new(Mark, file.At, mark), new("services", own[0].At, services)]);
    }

    private static bool LooksLikeService(YamlNode node) =>
        node is MappingNode service && (service.Has("image") || service.Has("build") || service.Has("extends") || service.Has("dns") || service.Has("net"));
}
