using System.Collections.Immutable;

namespace OverlayBridge.Yaml;

/// <summary>A YAML value with the place it stands at. Aliases share the node that they name, merge keys (<c>&lt;&lt;</c>) are carried out.</summary>
/// <param name="at">Where its text is, also after files were merged.</param>
/// <param name="tag">A tag of its own such as <c>!override</c>; null without one.</param>
/// <param name="weight">How many nodes it would be if every alias were written out.</param>
public abstract class YamlNode(SourceLocation at, string? tag, long weight)
{
    public SourceLocation At { get; } = at;

    public string? Tag { get; } = tag;

    public long Weight { get; } = weight;

    /// <summary>No value at all: <c>key:</c>, <c>key: null</c>, <c>key: ~</c>.</summary>
    public virtual bool IsNull => false;

    /// <summary>The word for it in messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A text, number, true, false or null.</summary>
/// <param name="quoted">It stood in quotes or in a block, and so is a text whatever it looks like.</param>
public sealed class ScalarNode(SourceLocation at, string? tag, string text, bool quoted) : YamlNode(at, tag, 1)
{
    public string Text { get; } = text;

    public bool IsQuoted { get; } = quoted;

    public override bool IsNull => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => "a single value";
}

/// <summary>A list.</summary>
public sealed class SequenceNode(SourceLocation at, string? tag, ImmutableArray<YamlNode> items)
    : YamlNode(at, tag, items.Sum(static item => item.Weight) + 1)
{
    public ImmutableArray<YamlNode> Items { get; } = items;

    public override string Kind => "a list";
}

/// <summary>Keys with values, in the order of the file; no key twice.</summary>
public sealed class MappingNode(SourceLocation at, string? tag, ImmutableArray<MappingEntry> entries)
    : YamlNode(at, tag, entries.Sum(static entry => entry.Value.Weight + 1) + 1)
{
    private readonly Dictionary<string, MappingEntry> _byKey = entries.ToDictionary(static entry => entry.Key, StringComparer.Ordinal);

    public ImmutableArray<MappingEntry> Entries { get; } = entries;

    public override string Kind => "a mapping";

    /// <summary>The value of a key; null when it is missing or has none.</summary>
    public YamlNode? Find(string key) => FindEntry(key) is { Value: { IsNull: false } value } ? value : null;

    public MappingEntry? FindEntry(string key) => _byKey.GetValueOrDefault(key);

    public bool Has(string key) => _byKey.ContainsKey(key);
}

/// <param name="At">Where the key stands.</param>
public sealed record MappingEntry(string Key, SourceLocation At, YamlNode Value);
