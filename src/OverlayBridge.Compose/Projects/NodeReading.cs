using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Compose.Merging;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Projects;

/// <summary>Typed values of a mapping's keys; the wrong kind of value is an error that says where it stands.</summary>
internal static class NodeReading
{
    private static readonly string[] True = ["true", "yes", "on", "y"];
    private static readonly string[] False = ["false", "no", "off", "n", ""];

    public static MappingNode? Mapping(this MappingNode? node, string key) => node?.Find(key) switch
    {
        null => null,
        MappingNode mapping => mapping,
        var other => throw Wrong(key, other, "a mapping"),
    };

    public static string? Text(this MappingNode? node, string key) => node?.Find(key) switch
    {
        null => null,
        ScalarNode scalar => scalar.Text,
        var other => throw Wrong(key, other, "a single value"),
    };

    public static bool Flag(this MappingNode? node, string key)
    {
        var text = node.Text(key) ?? "";
        if (True.Contains(text, StringComparer.OrdinalIgnoreCase))
            return true;
        return False.Contains(text, StringComparer.OrdinalIgnoreCase) ? false : throw Wrong(key, node!.Find(key)!, "true or false");
    }

    public static int? Number(this MappingNode? node, string key) => node.Text(key) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Wrong(key, node!.Find(key)!, "a number"),
    };

    /// <summary>A list of single values; a single value is short for a list of one.</summary>
    public static ImmutableArray<string> Texts(this MappingNode? node, string key) => node?.Find(key) switch
    {
        null => [],
        ScalarNode scalar => [scalar.Text],
        SequenceNode list => [.. list.Items.Select(item => item is ScalarNode scalar ? scalar.Text : throw Wrong(key, item, "a single value"))],
        var other => throw Wrong(key, other, "a list"),
    };

    /// <summary>A mapping whose short form is a list of its keys.</summary>
    public static MappingNode? KeyedMapping(this MappingNode? node, string key) => node?.Find(key) switch
    {
        null => null,
        { } value when FieldForms.ToMapping(value) is MappingNode mapping => mapping,
        var other => throw Wrong(key, other, "a list or a mapping"),
    };

    private static ComposeException Wrong(string key, YamlNode value, string expected) => new(
        $"'{key}' is {value.Kind}{(value is ScalarNode scalar ? $", '{(scalar.Text.Length > 80 ? scalar.Text[..80] + "…" : scalar.Text)}'" : "")}.", value.At,
        $"Compose takes {expected} there.", "Correct the file; 'docker compose config' checks all of it.");
}
