using System.Collections.Immutable;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Merging;

/// <summary>Finds where something stands: by keys of mappings, and by the text of items of lists.</summary>
internal static class NodePath
{
    /// <summary>The place of what the path names, or of the nearest thing around it that is there.</summary>
    public static SourceLocation Locate(MappingNode root, ImmutableArray<string> path)
    {
        var at = root.At;
        YamlNode? node = root;
        foreach (var part in path)
        {
            (var found, node) = node switch
            {
                MappingNode mapping when mapping.FindEntry(part) is { } entry => (entry.At, entry.Value),
                SequenceNode list when list.Items.FirstOrDefault(item => Names(item, part)) is { } item => (item.At, item),
                _ => ((SourceLocation?)null, null),
            };
            if (found is null)
                return at;
            at = found;
        }

        return at;
    }

    private static bool Names(YamlNode item, string part) =>
        item is ScalarNode scalar && (scalar.Text == part || scalar.Text.StartsWith(part + "=", StringComparison.Ordinal));
}
