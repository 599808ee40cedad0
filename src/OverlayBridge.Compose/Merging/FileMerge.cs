using System.Collections.Immutable;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Merging;

/// <summary>
/// Compose 2's rules for a file over another: mappings key by key, lists end to end, single values replaced. Fields with a short and a long form are
/// brought into the long one first; <c>!override</c> replaces all, <c>!reset</c> removes. Every value keeps the place it came from.
/// </summary>
internal static class FileMerge
{
    private const string Override = "!override";
    private const string Reset = "!reset";

    public static MappingNode Merge(MappingNode below, MappingNode above) => Mappings(below, above, []);

    /// <summary>One service over another, as <c>extends</c> does.</summary>
    public static MappingNode MergeServices(MappingNode below, MappingNode above) => Mappings(below, above, ["services", "*"]);

    /// <summary>Takes out what a file alone resets: there was nothing to take back.</summary>
    public static MappingNode WithoutResets(MappingNode node) => new(
        node.At, node.Tag,
        [
            .. from entry in node.Entries
               where entry.Value.Tag != Reset
               select entry.Value is MappingNode inner ? entry with { Value = WithoutResets(inner) } : entry,
        ]);

    private static MappingNode Mappings(MappingNode below, MappingNode above, ImmutableArray<string> path)
    {
        var kept = from entry in below.Entries
                   let other = above.FindEntry(entry.Key)
                   where other?.Value.Tag != Reset
                   select other is null ? entry : Entries(entry, other, path.Add(entry.Key));
        var added = above.Entries.Where(entry => !below.Has(entry.Key) && entry.Value.Tag != Reset);
        return new(below.At, below.Tag, [.. kept, .. added]);
    }

    /// <summary>A value that is replaced is found where the new one stands.</summary>
    private static MappingEntry Entries(MappingEntry below, MappingEntry above, ImmutableArray<string> path)
    {
        var merged = Values(below.Value, above.Value, path);
        return ReferenceEquals(merged, above.Value) ? above : below with { Value = merged };
    }

    private static YamlNode Values(YamlNode below, YamlNode above, ImmutableArray<string> path)
    {
        if (above.Tag == Override)
            return above;
        if (above.IsNull && below is not ScalarNode)
            return below;
        var (left, right) = FieldForms.Of(path) switch
        {
            FieldForm.Replaced => (above, above),
            FieldForm.Mapping => (FieldForms.ToMapping(below), FieldForms.ToMapping(above)),
            FieldForm.List => (FieldForms.ToList(below), FieldForms.ToList(above)),
            _ => (below, above),
        };
        return (left, right) switch
        {
            (MappingNode one, MappingNode two) => Mappings(one, two, path),
            (SequenceNode one, SequenceNode two) when !ReferenceEquals(one, two) => new SequenceNode(one.At, one.Tag, Distinct(one.Items.AddRange(two.Items))),
            _ => right,
        };
    }

    /// <summary>A single value that is there twice counts once, at its first place.</summary>
    private static ImmutableArray<YamlNode> Distinct(ImmutableArray<YamlNode> items)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. items.Where(item => item is not ScalarNode scalar || seen.Add(scalar.Text))];
    }
}
