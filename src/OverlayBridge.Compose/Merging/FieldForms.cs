using System.Collections.Immutable;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Merging;

/// <summary>How a field merges.</summary>
internal enum FieldForm
{
    /// <summary>As it stands.</summary>
    AsIs,

    /// <summary>The later one counts alone.</summary>
    Replaced,

    /// <summary>A list of names, or of <c>NAME=value</c>, is short for a mapping.</summary>
    Mapping,

    /// <summary>A single value is short for a list of one.</summary>
    List,
}

/// <summary>The fields of a Compose file that do not merge as their YAML alone would.</summary>
internal static class FieldForms
{
    public static FieldForm Of(ImmutableArray<string> path) => path switch
    {
        ["services", _, "command" or "entrypoint"] => FieldForm.Replaced,
        ["services", _, "healthcheck", "test"] => FieldForm.Replaced,
        ["services", _, "networks" or "depends_on" or "environment" or "labels" or "sysctls" or "annotations"] => FieldForm.Mapping,
        ["services", _, "build", "args" or "labels"] => FieldForm.Mapping,
        ["networks" or "volumes", _, "labels"] => FieldForm.Mapping,
        ["services", _, "dns" or "dns_search" or "env_file" or "tmpfs"] => FieldForm.List,
        _ => FieldForm.AsIs,
    };

    /// <summary>A list as the mapping that it is short for.</summary>
    /// <exception cref="ComposeException">An item is no name.</exception>
    public static YamlNode ToMapping(YamlNode node) => node is SequenceNode list
        ? new MappingNode(node.At, node.Tag, [.. list.Items.Select(Entry).GroupBy(static entry => entry.Key, StringComparer.Ordinal).Select(static same => same.Last())])
        : node;

    public static YamlNode ToList(YamlNode node) => node is ScalarNode { IsNull: false } ? new SequenceNode(node.At, node.Tag, [node]) : node;

    private static MappingEntry Entry(YamlNode item)
    {
        if (item is not ScalarNode { IsNull: false } scalar)
            throw new ComposeException($"An item of this list is {(item.IsNull ? "empty" : item.Kind)}.", item.At, "The list is short for a mapping: its items are names, or NAME=value.", "Write a name.");
        var equals = scalar.Text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new(scalar.Text, scalar.At, new ScalarNode(scalar.At, null, "", quoted: false))
            : new(scalar.Text[..equals], scalar.At, new ScalarNode(scalar.At, null, scalar.Text[(equals + 1)..], quoted: true));
    }
}
