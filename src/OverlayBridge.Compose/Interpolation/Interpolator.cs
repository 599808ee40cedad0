using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Interpolation;

/// <summary>Fills variables into the values (not the keys) of a file.</summary>
internal static class Interpolator
{
    /// <summary>Everything but <c>x-…</c> at the top, which Compose uses for nothing: what is aliased from there is filled in where it is used.</summary>
    /// <exception cref="ComposeException">A value is no valid template, or a required variable is missing.</exception>
    public static MappingNode Apply(MappingNode file, Template template) => new(
        file.At, file.Tag,
        [.. file.Entries.Select(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal) ? entry : entry with { Value = Node(entry.Value, template) })]);

    private static YamlNode Node(YamlNode node, Template template) => node switch
    {
        ScalarNode scalar when scalar.Text.Contains('$') =>
            new ScalarNode(scalar.At, scalar.Tag, template.Substitute(scalar.Text, scalar.At), scalar.IsQuoted),
        SequenceNode list => new SequenceNode(list.At, list.Tag, [.. list.Items.Select(item => Node(item, template))]),
        MappingNode mapping => new MappingNode(
            mapping.At, mapping.Tag, [.. mapping.Entries.Select(entry => entry with { Value = Node(entry.Value, template) })]),
        _ => node,
    };
}
