using System.Globalization;
using OverlayBridge.Yaml;

namespace OverlayBridge.Plans.Reading;

/// <summary>Finds in a file what a path names.</summary>
internal static class PlanPlaces
{
    /// <summary>The place of what the path (<c>stages/1/hosts/0</c>) names, or of the nearest thing around it that is there.</summary>
    public static SourceLocation Find(MappingNode root, string path)
    {
        var at = root.At;
        YamlNode? node = root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node switch
            {
                MappingNode mapping => mapping.FindEntry(part)?.Value,
                SequenceNode list when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < list.Items.Length => list.Items[number],
                _ => null,
            };
            if (node is null)
                return at;
            at = node.At;
        }

        return at;
    }
}
