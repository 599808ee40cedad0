using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Yaml;

namespace OverlayBridge.Plans.Reading;

/// <summary>Takes a text apart; false when it is none of the kind.</summary>
internal delegate bool TryParse<T>(string text, out T value);

/// <summary>A mapping of a plan file, read key by key. What is wrong is noted and a stand-in given, so that the rest is read too.</summary>
internal sealed class Section
{
    private const int ShownMax = 60;

    private readonly MappingNode _node;
    private readonly FaultList _faults;
    private readonly string _path;
    private readonly string _what;

    /// <param name="path">Where it is: <c>hosts/0</c>; empty for the file.</param>
    /// <param name="what">With its article, at the begin of a sentence: <c>A host</c>.</param>
    /// <param name="keys">All keys that it may have.</param>
    public Section(MappingNode node, FaultList faults, string path, string what, ImmutableArray<string> keys)
    {
        (_node, _faults, _path, _what) = (node, faults, path, what);
        foreach (var entry in node.Entries.Where(entry => !keys.Contains(entry.Key, StringComparer.Ordinal)))
        {
            var near = keys.FirstOrDefault(key => string.Equals(key, entry.Key, StringComparison.OrdinalIgnoreCase))
                ?? keys.FirstOrDefault(key => key.StartsWith(entry.Key, StringComparison.OrdinalIgnoreCase) || entry.Key.StartsWith(key, StringComparison.OrdinalIgnoreCase));
            Fault(
                entry.Key, entry.At, $"'{Shown(entry.Key)}' is no key of this.", $"{what} has: {string.Join(", ", keys)}.",
                near is null ? "Remove it, or correct its name." : $"Did you mean '{near}'?");
        }
    }

    public SourceLocation At => _node.At;

    public string Path => _path;

    public bool Has(string key) => _node.Find(key) is not null;

    /// <summary>A value that must be there.</summary>
    /// <param name="hidesNames">Without it other parts of the plan cannot be judged.</param>
    public T Required<T>(string key, TryParse<T> parse, string expected, T standIn, bool hidesNames = false)
    {
        if (_node.Find(key) is { } value)
            return Parsed(key, value, parse, expected, standIn, hidesNames);
        Fault(
            key, _node.FindEntry(key)?.At ?? _node.At, $"'{key}' is missing.", $"{_what} needs it: {expected}.", $"Write '{key}:' with {expected}.", hidesNames);
        return standIn;
    }

    /// <summary>A value that may be left out.</summary>
    public T Optional<T>(string key, TryParse<T> parse, string expected, T standIn, bool hidesNames = false) =>
        _node.Find(key) is { } value ? Parsed(key, value, parse, expected, standIn, hidesNames) : standIn;

    public string Name(string key) => Required(key, Forms.Text, "a name", "", hidesNames: true);

    public string Text(string key, string expected) => Required(key, Forms.Text, expected, "");

    public string? OptionalText(string key, string expected) => Optional<string?>(key, Forms.OptionalText, expected, null);

    /// <summary>A list of single values; empty when it is left out.</summary>
    public ImmutableArray<T> Values<T>(string key, TryParse<T> parse, string expected, T standIn) =>
        [.. Items(key).Select((item, number) => Parsed(Numbered(key, number), item, parse, $"a list in which each item is {expected}", standIn, hidesNames: false))];

    public ImmutableArray<string> Names(string key) => Values(key, Forms.Text, "a name", "");

    /// <summary>The word <c>all</c>, for which the result is empty, or a list of names that has at least one.</summary>
    public ImmutableArray<string> AllOrNames(string key)
    {
        if (_node.Find(key) is ScalarNode { Text: "all" })
            return [];
        var names = Names(key);
        if (_node.Find(key) is SequenceNode { Items.IsEmpty: true } empty)
            Wrong(key, empty, "all, or a list of names", hidesNames: false);
        return names;
    }

    /// <summary>A list of lists of names.</summary>
    public ImmutableArray<ImmutableArray<string>> NameGroups(string key)
    {
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var (item, number) in Items(key).Select(static (item, number) => (item, number)))
        {
            var path = Numbered(key, number);
            if (item is SequenceNode list)
                groups.Add([.. list.Items.Select((inner, at) => Parsed(Numbered(path, at), inner, Forms.Text, "a list of lists of names", "", hidesNames: false))]);
            else
                Wrong(path, item, "a list of lists of names", hidesNames: false);
        }

        return groups.DrainToImmutable();
    }

    /// <summary>A mapping in this one; null when it is left out or none.</summary>
    public Section? Child(string key, string what, ImmutableArray<string> keys, bool required)
    {
        switch (_node.Find(key))
        {
            case MappingNode mapping:
                return new(mapping, _faults, PathOf(key), what, keys);
            case null when !required:
                return null;
            case null:
                Fault(key, _node.FindEntry(key)?.At ?? _node.At, $"'{key}' is missing.", $"{_what} needs it: a mapping of {string.Join(", ", keys)}.", $"Write '{key}:' with these below it.", hidesNames: true);
                return null;
            case var other:
                Wrong(key, other, $"a mapping of {string.Join(", ", keys)}", hidesNames: true);
                return null;
        }
    }

    /// <summary>A list of mappings.</summary>
    public IEnumerable<Section> Children(string key, string what, ImmutableArray<string> keys, bool required)
    {
        if (required && _node.Find(key) is null)
            Fault(key, _node.FindEntry(key)?.At ?? _node.At, $"'{key}' is missing.", $"{_what} needs it: a list.", $"Write '{key}:' with a list below it.", hidesNames: true);
        var number = 0;
        foreach (var item in Items(key))
        {
            var path = Numbered(key, number++);
            if (item is MappingNode mapping)
                yield return new(mapping, _faults, PathOf(path), what, keys);
            else
                Wrong(path, item, $"a list in which each item is a mapping of {string.Join(", ", keys)}", hidesNames: true);
        }
    }

    public void Fault(string key, string message, string cause, string remedy) =>
        Fault(key, _node.FindEntry(key)?.At ?? _node.At, message, cause, remedy);

    private ImmutableArray<YamlNode> Items(string key)
    {
        switch (_node.Find(key))
        {
            case SequenceNode list:
                return list.Items;
            case null:
                return [];
            case var other:
                Wrong(key, other, "a list", hidesNames: true);
                return [];
        }
    }

    private T Parsed<T>(string key, YamlNode value, TryParse<T> parse, string expected, T standIn, bool hidesNames)
    {
        if (value is ScalarNode { IsNull: false } scalar && parse(scalar.Text, out var parsed))
            return parsed;
        Wrong(key, value, expected, hidesNames);
        return standIn;
    }

    private void Wrong(string key, YamlNode value, string expected, bool hidesNames) => Fault(
        key, value.At, $"'{key.Split('/')[0]}' is {(value is ScalarNode scalar ? $"'{Shown(scalar.Text)}'" : value.Kind)}.", $"It takes {expected}.", "Correct the value.",
        hidesNames);

    private void Fault(string key, SourceLocation at, string message, string cause, string remedy, bool hidesNames = false) =>
        _faults.Add(PathOf(key), new(at, message, cause, remedy), hidesNames);

    private string PathOf(string key) => _path.Length == 0 ? key : $"{_path}/{key}";

    private static string Numbered(string key, int number) => string.Create(CultureInfo.InvariantCulture, $"{key}/{number}");

    private static string Shown(string text) => text.Length > ShownMax ? text[..ShownMax] + "…" : text;
}
